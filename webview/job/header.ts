import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { JobDocument, JobStatus } from '../../src/views/protocol.ts';
import { Announcer } from '../announcer.ts';
import type { Change } from '../data/store.ts';
import { StoreElement } from '../data/store-element.ts';
import { clock, count, counts, duration, evaluations, percent } from '../format.ts';
import { explained } from '../glossary/explained.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { actionRow, jobActions } from './actions.ts';
import { headerStyles } from './header-styles.ts';
import { statusIcons, statusWord } from './status.ts';

/** What the job is, how far it is, and what can be done with it now. */
@customElement('proto-job-header')
export class JobHeaderElement extends StoreElement {
  protected override readonly follows = ['document', 'moment', 'status'] as const;
  @state() private accessor announced = '';
  private readonly announcer = new Announcer(sentence => {
    this.announced = sentence;
  });

  static override styles = [
    shared,
    headerStyles,
    css`
      vscode-progress-bar {
        height: 3px;
        margin-top: 10px;
      }

      vscode-progress-bar::part(track) {
        background: color-mix(in srgb, var(--vscode-foreground) 12%, transparent);
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { job, latest } = this.store;
    if (!job) return nothing;
    const total = job.tokens.length;
    return html`
      <header>
        <div class="lines">
          <div class="title">
            <h1 title=${job.title}>${job.title}</h1>
            <vscode-badge class=${job.status}>
              <span class="badge"
                ><vscode-icon name=${statusIcons[job.status]} size="12"></vscode-icon>${statusWord(job.status)}</span
              >
            </vscode-badge>
          </div>
          <p class="facts figures">${this.facts(job).map(fact => html`<span>${fact}</span>`)}</p>
        </div>
        ${actionRow(this.store, jobActions(job, false))}
      </header>
      ${job.problem ? html`<p class="problem" role="alert"><vscode-icon name="error"></vscode-icon>${job.problem}</p>` : nothing}
      <vscode-progress-bar
        aria-label=${t('Tokens right')}
        .max=${Math.max(1, total)}
        .value=${latest?.correct ?? 0}
      ></vscode-progress-bar>
      <div class="unseen" role="status" aria-live="polite">${this.announced}</div>
    `;
  }

  private facts(job: JobDocument): readonly (string | TemplateResult)[] {
    const { latest } = this.store;
    if (!job.tokens.length) return beforeTokens(job.status);
    const total = job.tokens.length;
    const facts: (string | TemplateResult)[] = [explained(latest ? this.accuracy() : counts.tokens(total), 'Token')];
    if (!latest) return facts;
    facts.push(explained(percent(latest.correct / total), 'Accuracy'));
    facts.push(explained(evaluations(latest.evaluations), 'Evaluation'));
    facts.push(duration(job.result?.seconds ?? latest.seconds));
    if (job.status === 'running' && latest.secondsLeft !== null) facts.push(t('{0} left', clock(latest.secondsLeft)));
    if (job.result?.savedAs) facts.push(t('saved as {0}', job.result.savedAs));
    return facts;
  }

  private accuracy(): string {
    const { latest, tokens } = this.store;
    return t('{0} of {1}', count(latest?.correct ?? 0), counts.tokens(tokens.length));
  }

  protected override onChange(change: Change): void {
    const { job } = this.store;
    this.requestUpdate();
    if (!job) return;
    if (change === 'moment') this.announcer.progress(this.accuracy());
    else this.announcer.status(`${statusWord(job.status)}. ${this.accuracy()}. ${job.problem ?? ''}`);
  }
}

/** What can be said of a job whose text has not been cut into tokens; of one that has failed its problem says it all. */
function beforeTokens(status: JobStatus): readonly string[] {
  if (status === 'failed') return [];
  return [status === 'queued' ? t('Waiting for its turn') : t('Reading the text …')];
}

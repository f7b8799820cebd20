import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ExperimentStanding, ExperimentStatus } from '../../src/views/experiments/protocol.ts';
import { Announcer } from '../announcer.ts';
import { clock, count, counts, figure } from '../format.ts';
import { headerStyles } from '../job/header-styles.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { type ExperimentChange, ExperimentElement } from './store.ts';

/** What is said of each status, and its icon. */
const looks: Readonly<Record<ExperimentStatus, { readonly icon: string; readonly word: () => string }>> = {
  running: { icon: 'sync', word: () => t('running') },
  cancelling: { icon: 'loading', word: () => t('being cancelled') },
  complete: { icon: 'pass', word: () => t('complete') },
  stopped: { icon: 'debug-pause', word: () => t('not complete') },
  failed: { icon: 'error', word: () => t('failed') },
};

/** What an experiment is, how far it has come, and what can be done about it. */
@customElement('proto-experiment-header')
export class ExperimentHeaderElement extends ExperimentElement {
  protected override readonly follows = ['document', 'standing'] as const;
  @state() private accessor announcement = '';
  private readonly announcer = new Announcer(sentence => {
    this.announcement = sentence;
  });
  private said: ExperimentStatus | undefined;

  static override styles = [
    shared,
    headerStyles,
    css`
      :host {
        border-bottom: 1px solid var(--proto-line);
        padding-bottom: 14px;
        position: sticky;
        top: 0;
        z-index: 2;
      }

      h1 {
        white-space: normal;
      }

      .summary {
        margin-top: 4px;
      }

      progress {
        accent-color: var(--proto-right);
        display: block;
        height: 6px;
        margin-top: 12px;
        width: 100%;
      }

      .far {
        margin-top: 6px;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { document } = this.store;
    if (!document) return nothing;
    const { name, folder, preset, model, device, texts, standing, report } = document;
    const { icon, word } = looks[standing.status];
    const facts = [report?.experiment.paper, model, texts, t('preset {0}', preset), device, folder];
    return html`
      <header>
        <div class="lines">
          <div class="title">
            <h1>${t('Experiment {0}', name)}</h1>
            <span class="badge"><vscode-icon name=${icon}></vscode-icon>${word()}</span>
          </div>
          ${report ? html`<p class="summary">${sentence(report.experiment.summary)}</p>` : nothing}
          <p class="facts">${facts.map(fact => (fact ? html`<span>${fact}</span>` : nothing))}</p>
        </div>
        <div class="row">${this.buttons(standing.status, report !== null)}</div>
      </header>
      ${this.progress(standing)}
      ${
        standing.problem === null
          ? nothing
          : html`<p class="problem" role="alert"><vscode-icon name="error"></vscode-icon>${standing.problem}</p>`
      }
      <div class="unseen" role="status">${this.announcement}</div>
    `;
  }

  protected override onChange(change: ExperimentChange): void {
    super.onChange(change);
    const { standing } = this.store.document ?? {};
    if (!standing) return;
    if (standing.status !== this.said) this.announcer.status(looks[standing.status].word());
    else if (standing.progress) this.announcer.progress(this.far(standing));
    this.said = standing.status;
  }

  private progress(standing: ExperimentStanding): TemplateResult {
    const { status, progress } = standing;
    const { report } = this.store.document ?? {};
    const { done, cells } = progress ?? report ?? { done: 0, cells: 0 };
    const isRunning = status === 'running' || status === 'cancelling';
    return html`<progress
        aria-label=${t('Cells that are over')}
        max=${Math.max(1, cells)}
        .value=${isRunning && !cells ? 0 : done}
      ></progress>
      <p class="far figures">${this.far(standing)}</p>`;
  }

  /** "12 of 40 cells · 8.3 per minute · 3:20 left" */
  private far({ status, progress, waiting }: ExperimentStanding): string {
    const { report } = this.store.document ?? {};
    if (waiting !== null) return waiting;
    const known = progress ?? report;
    if (!known) return status === 'running' ? t('starting ...') : t('No cells yet');
    const parts = [t('{0} of {1}', count(known.done), counts.cells(known.cells))];
    if (report?.failures.length) parts.push(t('{0} failed', count(report.failures.length)));
    if (progress) {
      parts.push(counts.evaluations(progress.evaluations));
      const rate = progress.cellsPerMinute === undefined ? undefined : figure(progress.cellsPerMinute);
      if (rate !== undefined) parts.push(rate === '1' ? t('1 cell per minute') : t('{0} cells per minute', rate));
      if (progress.secondsLeft !== undefined && status === 'running')
        parts.push(t('about {0} left', clock(progress.secondsLeft)));
    }
    return parts.join(' · ');
  }

  private buttons(status: ExperimentStatus, hasReport: boolean): readonly TemplateResult[] {
    const button = (action: 'cancel' | 'continue' | 'openReport' | 'revealFolder', icon: string, label: string) =>
      html`<vscode-button
        icon=${icon}
        data-action=${action}
        ?secondary=${action !== 'continue' && action !== 'openReport'}
        @click=${() => this.store.act(action)}
        >${label}</vscode-button
      >`;
    return [
      ...(status === 'running' ? [button('cancel', 'debug-stop', t('Cancel'))] : []),
      ...(status === 'stopped' || status === 'failed' ? [button('continue', 'debug-continue', t('Continue'))] : []),
      ...(hasReport ? [button('openReport', 'output', t('Open Report'))] : []),
      button('revealFolder', 'folder', t('Show Folder')),
    ];
  }
}

/** With a capital and a full stop. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

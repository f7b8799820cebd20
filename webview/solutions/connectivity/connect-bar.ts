import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import { Announcer } from '../../announcer.ts';
import { choice, controlStyles, type Options, whole } from '../../controls.ts';
import { count, percent } from '../../format.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { SolutionsElement } from '../data/element.ts';
import { textTitle } from '../data/names.ts';
import { pairKey, type SolutionsChange } from '../data/store.ts';
import type { Pair } from '../data/view-state.ts';
import { pairsOf } from './pairs.ts';

/** More pairs than this in a list to choose from help nobody. */
const mostListed = 500;

/** Which pairs to connect, and how; while it runs, how far it is. */
@customElement('proto-connect-bar')
export class ConnectBarElement extends SolutionsElement {
  protected override readonly follows = ['document', 'view', 'progress'] as const;
  private readonly announcer = new Announcer(sentence => {
    const live = this.renderRoot.querySelector('[aria-live]');
    if (live) live.textContent = sentence;
  });

  static override styles = [
    shared,
    controlStyles,
    css`
      .working {
        align-items: center;
        display: grid;
        gap: 4px 12px;
        grid-template-columns: 1fr auto;
        margin-bottom: 20px;
        max-width: 640px;
      }

      .working vscode-progress-bar {
        grid-column: 1 / -1;
      }
    `,
  ];

  protected override onChange(change: SolutionsChange): void {
    super.onChange(change);
    if (change !== 'progress') return;
    const { working, progress } = this.store;
    if (!working) this.announcer.status(t('Connecting has ended.'));
    else if (progress) this.announcer.progress(progress.message);
  }

  override render(): TemplateResult | typeof nothing {
    const { file, view, working } = this.store;
    if (!file) return nothing;
    const pairs = pairsOf(file, view.text);
    const chosen = view.pair;
    const wanted = chosen ? [chosen] : pairsOf(file, view.text, true);
    const label = wanted.length === 1 ? t('Connect 1 Pair') : t('Connect {0} Pairs', count(wanted.length));
    return html`
      <div class="controls">
        ${file.texts.length > 1 ? html`<div class="wide">${this.textChoice(file)}</div>` : nothing}
        ${this.pairChoice(file, pairs)}
        ${whole(t('Steps'), view.steps, [1, 100_000], steps => this.store.look({ steps }))}
        ${whole(t('Points along t'), view.grid, [3, 501], grid => this.store.look({ grid }))}
        <vscode-button
          icon="git-compare"
          ?disabled=${working || !wanted.length}
          @click=${() => void this.store.connect(wanted)}
          >${label}</vscode-button
        >
      </div>
      ${working ? this.working() : nothing}
      <p class="unseen" aria-live="polite"></p>
    `;
  }

  private textChoice(file: SolutionsDocument): TemplateResult {
    const all: Options<number | null> = [[null, t('All texts')]];
    const each: Options<number | null> = file.texts.map((_, i) => [i, textTitle(file, i)]);
    return choice(t('Solutions of'), [...all, ...each], this.store.view.text, text =>
      this.store.look({ text, pair: null }),
    );
  }

  private pairChoice(file: SolutionsDocument, pairs: readonly Pair[]): TemplateResult {
    const { pair, text } = this.store.view;
    const listed = pairs.slice(0, mostListed);
    // The chosen one is always in the list.
    if (pair && !listed.some(other => pairKey(other) === pairKey(pair))) listed.push(pair);
    const nameOf = ([a, b]: Pair): string => {
      const seeds = t('seeds {0} and {1}', file.solutions[a]?.seed ?? a, file.solutions[b]?.seed ?? b);
      return text === null ? `${textTitle(file, file.solutions[a]?.text ?? 0)}, ${seeds}` : seeds;
    };
    const options: Options<string> = [
      ['', t('All pairs')],
      ...listed.map(other => [pairKey(other), nameOf(other)] as const),
    ];
    return choice(t('Pairs'), options, pair ? pairKey(pair) : '', key =>
      this.store.look({ pair: listed.find(other => pairKey(other) === key) ?? null }),
    );
  }

  private working(): TemplateResult {
    const { progress } = this.store;
    const share = Math.round(100 * (progress?.share ?? 0));
    return html`<div class="working">
      <vscode-progress-bar
        aria-label=${t('Connecting')}
        .value=${share}
        .max=${100}
        ?indeterminate=${progress === null}
      ></vscode-progress-bar>
      <span class="figures">${progress ? `${percent(progress.share)}, ${progress.message}` : t('Connecting …')}</span>
      <vscode-button secondary icon="debug-stop" @click=${() => this.store.cancel()}>${t('Cancel')}</vscode-button>
    </div>`;
  }
}

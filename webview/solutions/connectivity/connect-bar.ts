import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import { Announcer } from '../../announcer.ts';
import { choice, controlStyles, type Options, whole } from '../../controls.ts';
import { count, counts, duration, percent } from '../../format.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { SolutionsElement } from '../data/element.ts';
import { textTitle } from '../data/names.ts';
import { pairKey, type SolutionsChange } from '../data/store.ts';
import type { Pair } from '../data/view-state.ts';
import { least } from '../least-accuracy.ts';
import { pairsOf } from './pairs.ts';

/** More pairs than this in a list to choose from help nobody. */
const mostListed = 500;

/** Which pairs to connect, and how; while it runs, how far it is. */
@customElement('proto-connect-bar')
export class ConnectBarElement extends SolutionsElement {
  protected override readonly follows = ['document', 'view', 'progress', 'connections'] as const;
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

      .hint {
        margin-bottom: 16px;
        max-width: 90ch;
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
    const wanted = chosen ? [chosen] : pairsOf(file, view.text, view.accuracy);
    const label = wanted.length === 1 ? t('Connect 1 Pair') : t('Connect {0} Pairs', count(wanted.length));
    return html`
      <div class="controls">
        ${file.texts.length > 1 ? html`<div class="wide">${this.textChoice(file)}</div>` : nothing}
        ${this.pairChoice(file, pairs)}
        ${whole(t('Budget, evaluations'), view.steps, [1, 100_000], steps => this.store.look({ steps }))}
        ${least(view.accuracy, accuracy => this.store.look({ accuracy }))}
        ${whole(t('Points along t'), view.grid, [3, 501], grid => this.store.look({ grid }))}
        <vscode-button
          icon="git-compare"
          ?disabled=${working || !wanted.length}
          @click=${() => void this.store.connect(wanted)}
          >${label}</vscode-button
        >
      </div>
      ${working ? this.working() : this.hints(file, wanted)}
      <p class="unseen" aria-live="polite"></p>
    `;
  }

  /** What cannot be connected, or did not stay right, and what of the controls above helps. */
  private hints(file: SolutionsDocument, wanted: readonly Pair[]): TemplateResult | typeof nothing {
    const { view, connections } = this.store;
    if (!wanted.length && pairsOf(file, view.text).length)
      return html`<p class="hint">
        ${t('No two solutions of one text get {0} of their tokens right. Lower the accuracy above, or find solutions with a larger budget.', percent(view.accuracy))}
      </p>`;
    const lost = connections.filter(
      ({ first, second, curve }) =>
        curve.lowestAccuracy < 1 && wanted.some(pair => pairKey(pair) === pairKey([first, second])),
    );
    if (!lost.length) return nothing;
    const budget = Math.min(100_000, 2 * Math.max(view.steps, ...lost.map(({ steps }) => steps)));
    const pairs = lost.map(({ first, second }): Pair => [first, second]);
    return html`<div class="hint row">
      <span>${t(
        'Tokens are lost along {0}: the budget was too small, or the solutions are not connected.',
        counts.curves(lost.length),
      )}</span>
      <vscode-button
        secondary
        icon="refresh"
        @click=${() => {
          this.store.look({ steps: budget });
          void this.store.connect(pairs, true);
        }}
        >${t('Train Again with {0} Evaluations', count(budget))}</vscode-button
      >
    </div>`;
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
    const left = this.store.secondsLeft;
    const far = progress ? `${percent(progress.share)}, ${progress.message}` : t('Connecting …');
    return html`<div class="working">
      <vscode-progress-bar
        aria-label=${t('Connecting')}
        .value=${share}
        .max=${100}
        ?indeterminate=${progress === null}
      ></vscode-progress-bar>
      <span class="figures">${left === null ? far : t('{0}, {1} left', far, duration(left))}</span>
      <vscode-button secondary icon="debug-stop" @click=${() => this.store.cancel()}>${t('Cancel')}</vscode-button>
    </div>`;
  }
}

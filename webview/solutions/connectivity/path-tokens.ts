import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Connection, PathReport } from '../../../src/runtime/results/connectivity.ts';
import { count, counts, figure, visible } from '../../format.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { chipStyles } from '../../tokens/chip-styles.ts';
import { SolutionsElement } from '../data/element.ts';
import { indexAt, type PathName } from './bands.ts';
import { pathName } from './paths-chart.ts';

type Target = { readonly id: number; readonly text: string };

const paths: readonly PathName[] = ['straight', 'curve'];

/** What comes out of the model at a point of both paths; a slider moves along them. */
@customElement('proto-path-tokens')
export class PathTokensElement extends SolutionsElement {
  protected override readonly follows = ['view'] as const;
  @property({ attribute: false }) accessor connection!: Connection;
  private leaveTexts: (() => void) | undefined;

  static override styles = [
    shared,
    chipStyles,
    css`
      .slider {
        align-items: center;
        display: flex;
        gap: 12px;
        margin-bottom: 8px;
      }

      input {
        accent-color: var(--vscode-focusBorder, currentColor);
        flex: 1;
        min-width: 0;
      }

      output {
        min-width: 7ch;
      }

      .path {
        border-top: 1px solid var(--proto-line);
        padding: 8px 0;
      }

      .field {
        font-size: 12px;
        margin-top: 2px;
      }

      .chip,
      .chip:hover {
        cursor: default;
      }

      .hint {
        font-size: 0.92em;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.leaveTexts = this.store.texts.onArrival(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaveTexts?.();
  }

  override render(): TemplateResult {
    const { connection } = this;
    const points = connection.straight.accuracy.length;
    const k = indexAt(this.store.view.t, points);
    const place = figure(k / Math.max(1, points - 1));
    const sentences = paths.map(path => `${pathName(path)}: ${this.rightOf(connection[path], k)}`);
    return html`
      <div class="slider">
        <label for="t">t</label>
        <input
          id="t"
          type="range"
          min="0"
          max=${points - 1}
          step="1"
          .value=${String(k)}
          aria-label=${t('Place on the paths')}
          aria-valuetext=${[`t = ${place}`, ...sentences].join('; ')}
          @input=${({ target }: Event) =>
            this.store.look({ t: Number((target as HTMLInputElement).value) / Math.max(1, points - 1) })}
        />
        <output class="figures" for="t">t = ${place}</output>
      </div>
      ${paths.map(path => this.tokens(path, connection[path], k))}
      <p class="muted hint">${t('Where a token is wrong, what comes out stands after it in italics.')}</p>
    `;
  }

  private get targets(): readonly Target[] {
    return this.store.targetsOf(this.connection.text);
  }

  private tokens(path: PathName, view: PathReport, k: number): TemplateResult {
    return html`<div class="path" data-path=${path}>
      <span>${pathName(path)}</span> <span class="muted figures">${this.rightOf(view, k)}</span>
      <div class="field">${this.targets.map((target, i) => this.chip(target, view.predicted[k]?.[i] ?? -1))}</div>
    </div>`;
  }

  private chip(target: Target, predicted: number): TemplateResult {
    const text = visible(target.text);
    if (predicted === target.id) return html`<span class="chip right sure">${text}</span>`;
    const guess = this.store.texts.get(predicted);
    return html`<span class="chip wrong" data-guess=${guess === undefined ? nothing : visible(guess)}>${text}</span>`;
  }

  private rightOf({ predicted }: PathReport, k: number): string {
    const { targets } = this;
    const right = targets.filter(({ id }, i) => predicted[k]?.[i] === id).length;
    return t('{0} of {1} right', count(right), counts.tokens(targets.length));
  }
}

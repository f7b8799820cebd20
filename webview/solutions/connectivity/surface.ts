import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { LossSurface } from '../../../src/runtime/results/connectivity.ts';
import '../../charts/export-bar.ts';
import type { Cell, HeatmapElement } from '../../charts/heatmap.ts';
import '../../charts/heatmap.ts';
import type { Heatmap } from '../../charts/heatmap-data.ts';
import { choice, controlStyles } from '../../controls.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { Answer } from '../data/answer.ts';
import { SolutionsElement } from '../data/element.ts';
import { pairKey, type SolutionsChange } from '../data/store.ts';
import type { Pair, PathQuantity } from '../data/view-state.ts';
import { describePoint, surfaceMap, surfaceTable } from './surface-map.ts';

/** The loss on the plane through two solutions and their curve's control point; computed when it is asked for. */
@customElement('proto-surface')
export class SurfaceElement extends SolutionsElement {
  protected override readonly follows = ['document', 'connections', 'analysing'] as const;
  @property({ attribute: false }) accessor pair!: Pair;
  @query('proto-heatmap') private accessor heatmap!: HeatmapElement;
  @state() private accessor quantity: PathQuantity = 'nll';
  private readonly answer = new Answer<LossSurface>(this);
  private asked: string | null = null;
  private drawn: { of: LossSurface; quantity: PathQuantity; map: Heatmap } | null = null;

  static override styles = [
    shared,
    controlStyles,
    css`
      .controls {
        margin-bottom: 8px;
      }

      .keys {
        font-size: 0.92em;
      }
    `,
  ];

  protected override onChange(change: SolutionsChange): void {
    if (change === 'analysing') {
      this.requestUpdate();
      return;
    }
    this.asked = null;
    this.answer.clear();
    this.requestUpdate();
  }

  override render(): TemplateResult {
    const key = pairKey(this.pair);
    if (this.asked !== null && this.asked !== key) {
      this.asked = null;
      this.answer.clear();
    }
    if (this.asked === null && this.store.hasSurface(this.pair)) this.ask(key);
    const { value } = this.answer;
    if (this.asked === null)
      return html`<vscode-button secondary icon="graph-scatter" @click=${() => this.ask(key)}
        >${t('Loss Surface')}</vscode-button
      >`;
    return html`${this.answer.status(t('Computing the loss on the plane …'), this.store.secondsLeftOf('lossSurface'))}${value ? this.picture(value) : nothing}`;
  }

  private ask(key: string): void {
    this.asked = key;
    this.answer.ask(key, () => this.store.surface(this.pair), false);
  }

  private picture(surface: LossSurface): TemplateResult {
    const { quantity } = this;
    if (this.drawn?.of !== surface || this.drawn.quantity !== quantity) {
      const [a, b] = this.pair.map(index => this.store.file?.solutions[index]?.seed ?? index);
      const ends = [t('seed {0}', a ?? 0), t('seed {0}', b ?? 0)] as const;
      this.drawn = { of: surface, quantity, map: surfaceMap(surface, quantity, ends) };
    }
    return html`
      <proto-export-bar
        label=${t('Loss Surface')}
        term="Loss surface"
        .host=${this.store.host}
        .chart=${{
          name: 'loss-surface',
          table: () => surfaceTable(surface),
          picture: () => this.heatmap.picture(),
          svg: () => this.heatmap.svg(),
        }}
      ></proto-export-bar>
      <div class="controls">
        ${choice(
          t('Colours show'),
          [
            ['nll', t('Loss')],
            ['accuracy', t('Accuracy')],
          ],
          quantity,
          value => {
            this.quantity = value;
          },
        )}
      </div>
      <proto-heatmap
        .map=${this.drawn.map}
        .describe=${(cell: Cell) => describePoint(surface, cell)}
        label=${t('Loss on the plane of both paths; arrow keys move over it')}
        hint=${t('Point at the plane to see loss and accuracy there.')}
      ></proto-heatmap>
      <p class="muted keys">
        ${t('Dashed: the straight line. Solid: the trained curve. The yellow dot is the curve’s control point.')}
      </p>
    `;
  }
}

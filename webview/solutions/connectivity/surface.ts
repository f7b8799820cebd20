import { css, html, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { LossSurface } from '../../../src/runtime/results/connectivity.ts';
import '../../charts/export-bar.ts';
import type { Cell, HeatmapElement } from '../../charts/heatmap.ts';
import '../../charts/heatmap.ts';
import type { Heatmap } from '../../charts/heatmap-data.ts';
import { choice, controlStyles } from '../../controls.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { AskedElement } from '../data/asked-element.ts';
import { pairKey } from '../data/store.ts';
import type { Pair, PathQuantity } from '../data/view-state.ts';
import { describePoint, surfaceMap, surfaceTable } from './surface-map.ts';

/** The loss on the plane through two solutions and their curve's control point; computed when it is asked for. */
@customElement('proto-surface')
export class SurfaceElement extends AskedElement<LossSurface> {
  protected override readonly follows = ['document', 'connections', 'analysing'] as const;
  @property({ attribute: false }) accessor pair!: Pair;
  @query('proto-heatmap') private accessor heatmap!: HeatmapElement;
  @state() private accessor quantity: PathQuantity = 'nll';
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

  protected override get subject(): string {
    return pairKey(this.pair);
  }

  protected override isKnown(): boolean {
    return this.store.hasSurface(this.pair);
  }

  protected override compute(): Promise<LossSurface> {
    return this.store.surface(this.pair);
  }

  protected override button(ask: () => void): TemplateResult {
    return html`<vscode-button secondary icon="graph-scatter" @click=${ask}>${t('Loss Surface')}</vscode-button>`;
  }

  protected override waiting() {
    return { sentence: t('Computing the loss on the plane …'), secondsLeft: this.store.secondsLeftOf('lossSurface') };
  }

  protected override found(surface: LossSurface): TemplateResult {
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

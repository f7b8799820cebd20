import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { DataTable } from '../../../src/report/csv.ts';
import type { DistanceReport } from '../../../src/runtime/results/distances.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import '../../charts/export-bar.ts';
import type { Cell, HeatmapElement } from '../../charts/heatmap.ts';
import '../../charts/heatmap.ts';
import type { Heatmap } from '../../charts/heatmap-data.ts';
import { counts } from '../../format.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { SolutionsElement } from '../data/element.ts';
import { solutionName } from '../data/names.ts';
import { describePair, distanceMap, pairAt } from './distance-map.ts';

/** The distances of all pairs; a pair of one text leads to the paths between its two. */
@customElement('proto-pairs-map')
export class PairsMapElement extends SolutionsElement {
  protected override readonly follows = ['document'] as const;
  @property({ attribute: false }) accessor distances!: DistanceReport;
  @query('proto-heatmap') private accessor heatmap!: HeatmapElement;
  private drawn: { of: DistanceReport; map: Heatmap; describe: (cell: Cell) => string } | null = null;

  static override styles = [
    shared,
    css`
      :host {
        min-width: 0;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { file } = this.store;
    if (!file) return nothing;
    const { distances } = this;
    if (this.drawn?.of !== distances)
      this.drawn = {
        of: distances,
        map: distanceMap(distances, file),
        describe: cell => describePair(distances, file, cell),
      };
    const { length } = distances.solutions;
    const label = t('Distances of all pairs of {0}; arrow keys move from pair to pair', counts.solutions(length));
    return html`
      <proto-export-bar
        label=${t('All Pairs')}
        term="Distance"
        .host=${this.store.host}
        .chart=${{
          name: 'distances',
          table: () => this.table(file),
          picture: () => this.heatmap.picture(),
          svg: () => this.heatmap.svg(),
        }}
      ></proto-export-bar>
      <proto-heatmap
        .map=${this.drawn.map}
        .describe=${this.drawn.describe}
        label=${label}
        hint=${t('Point at a pair to see its distance; a click on two solutions of one text leads to the paths between them.')}
        @choose=${(event: CustomEvent<Cell>) => this.open(event.detail)}
      ></proto-heatmap>
    `;
  }

  private open(cell: Cell): void {
    const { solutions } = this.distances;
    const [a, b] = pairAt(this.distances, cell).map(index => solutions[index]);
    if (!a || !b || a === b || a.text !== b.text) return;
    const pair = [Math.min(a.index, b.index), Math.max(a.index, b.index)] as const;
    this.store.look({ tab: 'connectivity', text: a.text, pair, scroll: 0 });
  }

  /** A row for each solution, a column for each, in the order of the picture. */
  private table(file: SolutionsDocument): DataTable {
    const { solutions, order, distances } = this.distances;
    const names = order.map(index => {
      const solution = solutions[index];
      return solution ? solutionName(file, solution) : '';
    });
    return {
      columns: ['solution', ...names],
      rows: order.map((a, i) => [names[i] ?? '', ...order.map(b => distances[a * solutions.length + b] ?? null)]),
    };
  }
}

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { DistanceReport } from '../../../src/runtime/results/distances.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import type { ChartElement } from '../../charts/chart-element.ts';
import '../../charts/chart-element.ts';
import type { Exportable } from '../../charts/export-bar.ts';
import '../../charts/export-bar.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { choice, controlStyles } from '../../controls.ts';
import { counts } from '../../format.ts';
import { t } from '../../strings.ts';
import { shared, tables } from '../../styles.ts';
import { Answer } from '../data/answer.ts';
import { SolutionsElement } from '../data/element.ts';
import type { SolutionsChange } from '../data/store.ts';
import { least } from '../least-accuracy.ts';
import { densityChart, densitySummary, densityTable, hasCurve } from './density-chart.ts';
import { distancesStyles } from './distances-styles.ts';
import { groupsData, groupsTable, overlapSentence } from './groups-table.ts';
import './pairs-map.ts';
import './text-scatters.ts';

/** How far the solutions lie from each other. */
@customElement('proto-distances')
export class DistancesElement extends SolutionsElement {
  protected override readonly follows = ['document', 'view'] as const;
  @query('.densities proto-chart') private accessor densities!: ChartElement;
  private readonly answer = new Answer<DistanceReport>(this);
  /** Of one answer: the chart is drawn anew only where there is a new one. */
  private maker: { view: DistanceReport; densities: ChartElement['make'] } | null = null;

  static override styles = [shared, tables, controlStyles, distancesStyles];

  protected override onChange(change: SolutionsChange): void {
    if (change === 'document') this.answer.clear();
    super.onChange(change);
  }

  override render(): TemplateResult | typeof nothing {
    const { file, view } = this.store;
    if (!file) return nothing;
    const { measure, over, order, accuracy } = view;
    this.answer.ask([measure, over, order, accuracy, this.store.semantic].join(), () => this.store.distances());
    const { value, waiting } = this.answer;
    return html`
      ${this.controls()} ${this.answer.status(t('Comparing the solutions …'))}
      ${value ? html`<div class=${waiting ? 'stale' : ''}>${this.pictures(value, file)}</div>` : nothing}
    `;
  }

  private controls(): TemplateResult {
    const { measure, over, order, accuracy } = this.store.view;
    return html`<div class="controls">
      ${choice(
        t('Measure'),
        [
          ['cosine', t('Cosine')],
          ['euclidean', t('Euclidean')],
        ],
        measure,
        value => this.store.look({ measure: value }),
      )}
      ${choice(
        t('Vectors'),
        [
          ['both', t('e and m together')],
          ['e', t('e alone')],
          ['m', t('m alone')],
        ],
        over,
        value => this.store.look({ over: value }),
      )}
      ${choice(
        t('Order'),
        [
          ['text', t('By text')],
          ['file', t('As in the file')],
          ['clusters', t('By clusters')],
        ],
        order,
        value => this.store.look({ order: value }),
      )}
      ${least(accuracy, value => this.store.look({ accuracy: value }))}
    </div>`;
  }

  private pictures(view: DistanceReport, file: SolutionsDocument): TemplateResult {
    if (this.maker?.view !== view)
      this.maker = { view, densities: (theme: ChartTheme) => densityChart(view, file, theme) };
    return html`
      <div class="both">
        <proto-pairs-map .store=${this.store} .distances=${view}></proto-pairs-map>
        <div>
          <section class="densities">
            ${this.bar(view.groups.some(hasCurve) ? t('Densities') : t('Pairs by Distance'), {
              name: 'densities',
              table: () => densityTable(view, file),
              picture: () => this.densities.picture(),
              svg: () => this.densities.svg(),
            })}
            <proto-chart .make=${this.maker.densities} summary=${densitySummary(view)}></proto-chart>
            ${this.few(view)}
          </section>
          <section class="groups">
            ${this.bar(t('Kinds of Pairs'), { name: 'kinds-of-pairs', table: () => groupsData(view) })}
            ${groupsTable(view)}
            ${overlapSentence(view) ? html`<p class="note overlap">${overlapSentence(view)}</p>` : nothing}
            ${this.leftOut(view)}
          </section>
        </div>
      </div>
      ${
        view.textPairs.length
          ? html`<proto-text-scatters .store=${this.store} .distances=${view} .file=${file}></proto-text-scatters>`
          : nothing
      }
    `;
  }

  private bar(label: string, chart: Exportable): TemplateResult {
    return html`<proto-export-bar label=${label} term="Distance" .host=${this.store.host} .chart=${chart}></proto-export-bar>`;
  }

  private few({ groups }: DistanceReport): TemplateResult | typeof nothing {
    if (groups.every(hasCurve)) return nothing;
    return html`<p class="note muted">
      ${t('Kinds with fewer than 30 pairs are drawn as points, one for each pair: too few for an estimated density.')}
    </p>`;
  }

  private leftOut({ leftOut }: DistanceReport): TemplateResult | typeof nothing {
    if (!leftOut) return nothing;
    return html`<p class="note muted">
      ${t(
        'Left out: {0} with fewer tokens right than the accuracy above asks for. Lower it to compare all.',
        counts.solutions(leftOut),
      )}
    </p>`;
  }
}

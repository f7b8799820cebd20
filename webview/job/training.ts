import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { ChartElement } from '../charts/chart-element.ts';
import '../charts/chart-element.ts';
import '../charts/export-bar.ts';
import { type LineOptions, lineChart, lineSummary } from '../charts/line-chart.ts';
import type { RasterElement } from '../charts/raster.ts';
import '../charts/raster.ts';
import { accuracy, axisOf, hasSegmentLines, loss, type Measure, seriesOf, seriesTable } from '../charts/series.ts';
import { shownSpan } from '../charts/span.ts';
import { choice, controlStyles } from '../controls.ts';
import { StoreElement } from '../data/store-element.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import '../tokens/token-view.ts';
import { trainingStyles } from './training-styles.ts';
import './zoom-area.ts';

/** How the text was learned: loss, accuracy, and each token over the evaluations. */
@customElement('proto-training')
export class TrainingElement extends StoreElement {
  protected override readonly follows = ['document', 'status', 'view'] as const;
  protected override readonly paced = ['moment'] as const;
  @query('.loss proto-chart') private accessor lossChart!: ChartElement;
  @query('.accuracy proto-chart') private accessor accuracyChart!: ChartElement;
  @query('proto-raster') private accessor raster!: RasterElement | null;

  static override styles = [shared, controlStyles, trainingStyles];

  override render(): TemplateResult {
    if (!this.store.moments.length) return html`<p class="muted">${t('Nothing has been evaluated yet.')}</p>`;
    return html`
      <proto-zoom-area .store=${this.store}>
        ${this.lines('loss', t('Loss'), loss, () => this.lossChart)}
        ${this.lines('accuracy', t('Accuracy'), accuracy, () => this.accuracyChart)} ${this.segmentsNote()}
        ${this.tokensOverTraining()}
      </proto-zoom-area>
      <section class="moment">
        <h2>${t('Text at This Moment')}</h2>
        <proto-tokens compact .store=${this.store}></proto-tokens>
      </section>
    `;
  }

  private tokensOverTraining(): TemplateResult {
    return html`<section>
      <proto-export-bar
        label=${t('Tokens over the Training')}
        term="Learned for good"
        .host=${this.store.host}
        .chart=${{
          name: 'tokens-over-training',
          table: () => this.raster?.table() ?? { columns: [], rows: [] },
          picture: () => this.raster?.picture() ?? document.createElement('canvas'),
        }}
      ></proto-export-bar>
      <div class="controls">
        ${choice(
          t('Rows'),
          [
            ['text', t('Order of the text')],
            ['learned', t('Time learned')],
          ],
          this.store.view.rows,
          rows => this.store.look({ rows }),
        )}
        <div class="keys muted">
          <span><i class="right"></i>${t('right')}</span>
          <span><i class="wrong"></i>${t('wrong')}</span>
          <span><i></i>${t('not known yet')}</span>
          <span>${t('the stronger, the more probable the right token is')}</span>
        </div>
      </div>
      <proto-raster .store=${this.store}></proto-raster>
      <p class="hint muted">
        ${t('Drag, or use the left and right arrow keys, to see the text as it was. Up and down choose a token; a click or Enter shows it in the editor.')}
      </p>
    </section>`;
  }

  protected override updated(): void {
    this.raster?.requestUpdate();
  }

  private lines(name: string, label: string, measure: Measure, chart: () => ChartElement): TemplateResult {
    const { moments, live, shown, view } = this.store;
    const series = seriesOf(moments, measure);
    const options = {
      ...axisOf(measure, series),
      span: shownSpan(moments, view.zoom),
      mark: live ? null : (shown?.evaluations ?? null),
    } satisfies LineOptions;
    return html`<section class=${name}>
      <proto-export-bar
        label=${label}
        term=${measure === loss ? 'Loss' : 'Accuracy'}
        .host=${this.store.host}
        .chart=${{ name, table: () => seriesTable(series), picture: () => chart().picture() }}
      ></proto-export-bar>
      <proto-chart
        .make=${lineChart.bind(null, series, options)}
        summary=${lineSummary(label, series)}
      ></proto-chart>
    </section>`;
  }

  private segmentsNote(): TemplateResult | typeof nothing {
    if (!hasSegmentLines(this.store.moments)) return nothing;
    return html`<div class="keys muted">
      <span><b class="bold"></b>${t('all segments together')}</span>
      <span><b></b>${t('each segment')}</span>
    </div>`;
  }
}

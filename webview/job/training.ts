import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { ChartElement } from '../charts/chart-element.ts';
import '../charts/chart-element.ts';
import '../charts/export-bar.ts';
import { type LineOptions, lineChart, lineSummary } from '../charts/line-chart.ts';
import type { RasterElement } from '../charts/raster.ts';
import '../charts/raster.ts';
import { accuracy, hasSegmentLines, loss, type Measure, type Series, seriesOf, seriesTable } from '../charts/series.ts';
import { shownSpan } from '../charts/span.ts';
import { choice, controlStyles } from '../controls.ts';
import type { Change } from '../data/store.ts';
import { StoreElement } from '../data/store-element.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import '../tokens/token-view.ts';
import { trainingStyles } from './training-styles.ts';
import './zoom-area.ts';

/** Pictures follow the training at this pace; the chips are faster. */
const restMilliseconds = 250;

/** How the text was learned: loss, accuracy, and each token over the evaluations. */
@customElement('proto-training')
export class TrainingElement extends StoreElement {
  protected override readonly follows = ['document', 'moment', 'status', 'view'] as const;
  @query('.loss proto-chart') private accessor lossChart!: ChartElement;
  @query('.accuracy proto-chart') private accessor accuracyChart!: ChartElement;
  @query('proto-raster') private accessor raster!: RasterElement | null;
  private timer: number | undefined;

  static override styles = [shared, controlStyles, trainingStyles];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
  }

  override render(): TemplateResult {
    if (!this.store.moments.length) return html`<p class="muted">${t('Nothing has been evaluated yet.')}</p>`;
    return html`
      <proto-zoom-area .store=${this.store}>
        ${this.lines('loss', t('Loss'), loss, t('nats per token'), () => this.lossChart)}
        ${this.lines('accuracy', t('Accuracy'), accuracy, '%', () => this.accuracyChart)} ${this.segmentsNote()}
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

  protected override onChange(change: Change): void {
    if (change !== 'moment') {
      this.requestUpdate();
      return;
    }
    this.timer ??= window.setTimeout(() => {
      this.timer = undefined;
      this.requestUpdate();
    }, restMilliseconds);
  }

  private lines(
    name: string,
    label: string,
    measure: Measure,
    unit: string,
    chart: () => ChartElement,
  ): TemplateResult {
    const { moments, live, shown, view } = this.store;
    const series = seriesOf(moments, measure);
    const options = {
      unit,
      logarithmic: measure === loss && isPositive(series),
      ...(measure === accuracy ? { most: 100 } : {}),
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

/** A scale of logarithms has room for nothing else. */
const isPositive = (series: readonly Series[]): boolean => series.every(({ points }) => points.every(({ y }) => y > 0));

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { DataTable } from '../../../src/report/csv.ts';
import '../../charts/export-bar.ts';
import { chartTheme, onThemeChange } from '../../charts/theme.ts';
import { StoreElement } from '../../data/store-element.ts';
import { count, counts } from '../../format.ts';
import { explanation } from '../../glossary/explained.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { type Histogram, histogramOf, histogramSummary, histogramTable } from './histogram.ts';
import type { Availability } from './known.ts';
import { legendHeight, paintLegend } from './legend-picture.ts';
import type { Measured } from './measures.ts';

/** What the colours of a measure mean: its scale, how the tokens lie over it, and why it is not known where it is not. */
@customElement('proto-measure-legend')
export class MeasureLegendElement extends StoreElement {
  protected override readonly follows = [] as const;
  @property({ attribute: false }) accessor measured: Measured | null = null;
  @property({ attribute: false }) accessor availability: Availability | null = null;
  /** The token pointed at: its value is named. */
  @state() private accessor bin: number | null = null;
  @query('canvas') private accessor canvas!: HTMLCanvasElement | null;
  private readonly size = new ResizeObserver(() => this.paint());
  private histogram: { readonly of: Measured; readonly value: Histogram } | null = null;
  private leaveTheme: (() => void) | undefined;

  static override styles = [
    shared,
    css`
      :host {
        min-width: 0;
      }

      proto-export-bar {
        margin-bottom: 2px;
      }

      .meaning {
        font-size: 12px;
        margin-bottom: 8px;
        max-width: 80ch;
      }

      .picture {
        max-width: 520px;
      }

      canvas {
        display: block;
        height: var(--height, 72px);
        width: 100%;
      }

      .ends {
        display: flex;
        font-size: 12px;
        justify-content: space-between;
        max-width: 520px;
        padding: 0 22px;
      }

      .figures {
        font-size: 12px;
        min-height: 18px;
      }

      .row {
        margin-bottom: 4px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.size.observe(this);
    this.leaveTheme = onThemeChange(() => this.paint());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.size.disconnect();
    this.leaveTheme?.();
  }

  override render(): TemplateResult | typeof nothing {
    const { measured, availability } = this;
    if (!measured || !availability) return nothing;
    const { measure } = measured;
    const histogram = this.histogramOf(measured);
    return html`
      <proto-export-bar
        label=${measure.unit ? t('{0} in {1}', measure.label, measure.unit) : measure.label}
        .host=${this.store.host}
        .chart=${{ name: `histogram-of-${measure.name}`, table: () => this.table(), picture: () => this.picture() }}
      ></proto-export-bar>
      <p class="meaning muted">${measure.meaning} ${explanation(measure.term)}</p>
      ${availability.state === 'known' ? this.content(measured, histogram) : this.why(availability)}
    `;
  }

  protected override updated(): void {
    this.paint();
  }

  private content(measured: Measured, histogram: Histogram): TemplateResult {
    const { good } = measured.measure;
    return html`
      <div class="picture">
        <canvas
          role="img"
          aria-label=${histogramSummary(measured, histogram)}
          @pointermove=${(event: PointerEvent) => this.onPointer(event, histogram)}
          @pointerleave=${() => {
            this.bin = null;
          }}
        ></canvas>
      </div>
      ${
        good
          ? html`<div class="ends muted">
              <span>${good === 'low' ? t('← better') : ''}</span><span>${good === 'high' ? t('better →') : ''}</span>
            </div>`
          : nothing
      }
      <p class="figures muted">${this.sentence(measured, histogram)}</p>
      ${measured.measure.source === 'run' ? this.precision() : nothing}
    `;
  }

  private sentence({ measure }: Measured, { bins, known, unknown, median }: Histogram): string {
    const bin = this.bin === null ? undefined : bins[this.bin];
    if (bin)
      return t('{0} between {1} and {2}', counts.tokens(bin.tokens), measure.show(bin.from), measure.show(bin.to));
    const middle = known ? t('median: {0}', measure.show(median)) : t('no token has a value');
    if (!unknown) return `${counts.tokens(known)}, ${middle}`;
    return t('{0}, {1}; {2} without a value ({3})', counts.tokens(known), middle, count(unknown), measure.without);
  }

  /** Not every evaluation of a run is kept: what is read off its moments is no finer than these. */
  private precision(): TemplateResult | typeof nothing {
    const { moments } = this.store;
    const gap = Math.max(
      0,
      ...moments.map(({ evaluations }, i) => evaluations - (moments[i - 1]?.evaluations ?? evaluations)),
    );
    if (gap < 2) return nothing;
    return html`<p class="figures muted">
      ${t('Read from the moments of the run that are kept, which lie up to {0} apart.', counts.evaluations(gap))}
    </p>`;
  }

  private why({ state: stands, reason, remedy }: Availability): TemplateResult {
    if (stands === 'computing')
      return html`<div class="row" role="status">
        <vscode-progress-ring aria-label=${reason}></vscode-progress-ring><span>${reason}</span>
      </div>`;
    return html`<div class="row" role="status">
      <span>${t('Not known: {0}', reason)}</span>
      ${
        remedy === 'live'
          ? html`<vscode-button secondary @click=${() => this.store.look({ scrubbed: null })}
              >${t('Back to the Latest')}</vscode-button
            >`
          : nothing
      }
      ${
        remedy === 'retry'
          ? html`<vscode-button secondary icon="refresh" @click=${() => this.dispatchEvent(new CustomEvent('retry'))}
              >${t('Retry')}</vscode-button
            >`
          : nothing
      }
    </div>`;
  }

  private histogramOf(measured: Measured): Histogram {
    if (this.histogram?.of !== measured) this.histogram = { of: measured, value: histogramOf(measured) };
    return this.histogram.value;
  }

  private paint(): void {
    const { canvas, measured } = this;
    if (!canvas || !measured) return;
    this.style.setProperty('--height', `${legendHeight}px`);
    this.draw(canvas, measured, window.devicePixelRatio, canvas.clientWidth);
  }

  private draw(canvas: HTMLCanvasElement, measured: Measured, scale: number, width: number): void {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(legendHeight * scale);
    const context = canvas.getContext('2d');
    if (!context || width < 60) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const theme = chartTheme();
    context.fillStyle = theme.background;
    context.fillRect(0, 0, width, legendHeight);
    paintLegend(context, measured, this.histogramOf(measured), theme, width);
  }

  private picture(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    if (this.measured) this.draw(canvas, this.measured, 2, Math.max(320, this.canvas?.clientWidth ?? 0));
    return canvas;
  }

  private table(): DataTable {
    return this.measured ? histogramTable(this.histogramOf(this.measured)) : { columns: [], rows: [] };
  }

  private onPointer({ clientX }: PointerEvent, { bins }: Histogram): void {
    const box = this.canvas?.getBoundingClientRect();
    if (!box) return;
    const share = (clientX - box.left - 22) / Math.max(1, box.width - 44);
    const bin = Math.floor(share * bins.length);
    this.bin = bin >= 0 && bin < bins.length ? bin : null;
  }
}

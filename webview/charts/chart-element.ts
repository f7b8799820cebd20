import type { ChartConfiguration, Plugin } from 'chart.js';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { shared } from '../styles.ts';
import { Chart, chartPicture, chartSvg } from './chart-js.ts';
import { type ChartTheme, chartTheme, onThemeChange } from './theme.ts';

/** Makes a chart's configuration for a theme. */
export type ChartMaker = (theme: ChartTheme) => ChartConfiguration;

/** A canvas with a chart in the theme's colours. A new maker means new data. */
@customElement('proto-chart')
export class ChartElement extends LitElement {
  @property({ attribute: false }) accessor make!: ChartMaker;
  /** What the picture shows, for those who do not see it. */
  @property() accessor summary = '';
  @query('canvas') private accessor canvas!: HTMLCanvasElement;
  private chart: Chart | undefined;
  private drawings: readonly Plugin<'line'>[] = [];
  /** A chart keeps the plugins that it was made with: this one draws what the newest maker wants over the lines. */
  private readonly overlay: Plugin<'line'> = {
    id: 'overlay',
    afterDatasetsDraw: (chart, args, options) => {
      for (const { afterDatasetsDraw } of this.drawings) afterDatasetsDraw?.(chart, args, options, false);
    },
  };
  private leaveTheme: (() => void) | undefined;

  static override styles = [
    shared,
    css`
      :host {
        height: 220px;
        min-width: 0;
        position: relative;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.leaveTheme = onThemeChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaveTheme?.();
    this.chart?.destroy();
    this.chart = undefined;
  }

  override render(): TemplateResult {
    return html`<canvas role="img" aria-label=${this.summary}></canvas>`;
  }

  protected override updated(): void {
    const { data, options, plugins, type } = this.make(chartTheme()) as ChartConfiguration<'line'>;
    this.drawings = plugins ?? [];
    if (!this.chart) {
      const fitting = { ...options, responsive: true, maintainAspectRatio: false };
      this.chart = new Chart(this.canvas, { type, data, options: fitting, plugins: [this.overlay] });
      return;
    }
    this.chart.data = data;
    this.chart.options = { ...options, responsive: true, maintainAspectRatio: false };
    this.chart.update('none');
  }

  /** The same at twice the size on the screen, on the theme's background. */
  picture(): HTMLCanvasElement {
    const theme = chartTheme();
    return chartPicture(this.make(theme), theme, Math.max(480, this.clientWidth), this.clientHeight || 220);
  }

  /** The same as SVG. */
  svg(): string {
    const theme = chartTheme();
    return chartSvg(this.make(theme), theme, Math.max(480, this.clientWidth), this.clientHeight || 220);
  }

  /** What stands on the horizontal axis at a place of the screen. */
  valueAt(clientX: number): number | undefined {
    return this.chart?.scales.x?.getValueForPixel(clientX - this.canvas.getBoundingClientRect().left);
  }
}

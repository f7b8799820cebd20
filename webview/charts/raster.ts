import { css, html, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { StoreElement } from '../data/store-element.ts';
import { tokenCode, tokenCodes } from '../data/token-state.ts';
import { count } from '../format.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import type { DataTable } from './export.ts';
import { margin, paintRaster, type RasterData, spanOf } from './raster-picture.ts';
import { StateImage } from './state-image.ts';
import { type ChartTheme, chartTheme, onThemeChange } from './theme.ts';

/** Moments that a page key goes over. */
const page = 10;

/** When each token was learned and lost again; dragging over it, or its arrow keys, select the moment looked at. */
@customElement('proto-raster')
export class RasterElement extends StoreElement {
  protected override readonly follows = ['document', 'view'] as const;
  @query('canvas') private accessor canvas!: HTMLCanvasElement;
  private readonly image = new StateImage();
  private readonly size = new ResizeObserver(() => this.requestUpdate());
  private leaveTheme: (() => void) | undefined;

  static override styles = [
    shared,
    css`
      .slider {
        cursor: col-resize;
        height: var(--height, 240px);
        touch-action: pan-y;
      }

      canvas {
        display: block;
        height: 100%;
        width: 100%;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.size.observe(this);
    this.leaveTheme = onThemeChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.size.disconnect();
    this.leaveTheme?.();
  }

  override render(): TemplateResult {
    const { moments, shownIndex } = this.store;
    return html`<div
      class="slider"
      role="slider"
      tabindex="0"
      aria-label=${t('Moment of the training')}
      aria-orientation="horizontal"
      aria-valuemin="0"
      aria-valuemax=${Math.max(0, moments.length - 1)}
      aria-valuenow=${Math.max(0, shownIndex)}
      aria-valuetext=${this.valueText()}
      @keydown=${this.onKey}
      @pointerdown=${this.onPointer}
      @pointermove=${this.onPointer}
    >
      <canvas></canvas>
    </div>`;
  }

  protected override updated(): void {
    const height = Math.max(140, Math.min(380, this.store.tokens.length * 4 + margin.top + margin.bottom));
    this.style.setProperty('--height', `${height}px`);
    const width = this.clientWidth;
    if (!width) return;
    const scale = window.devicePixelRatio;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.paint(this.canvas, scale, width, height);
  }

  /** The same at twice the size on the screen. */
  picture(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    const { clientWidth, clientHeight } = this.canvas;
    canvas.width = clientWidth * 2;
    canvas.height = clientHeight * 2;
    this.paint(canvas, 2, clientWidth, clientHeight);
    return canvas;
  }

  /** One row for each token, one column for each moment: 1 right, 0 wrong, empty not known yet. */
  table(): DataTable {
    const { tokens, moments } = this.store;
    return {
      columns: ['token', 'text', ...moments.map(({ evaluations }) => `evaluation ${evaluations}`)],
      rows: tokens.map((token, index) => [
        index + 1,
        token.text,
        ...moments.map(moment => {
          const code = tokenCode(token, moment, index);
          if (code === tokenCodes.unknown) return null;
          return code === tokenCodes.wrong ? 0 : 1;
        }),
      ]),
    };
  }

  private paint(canvas: HTMLCanvasElement, scale: number, width: number, height: number): void {
    const context = canvas.getContext('2d');
    if (!context) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const theme = chartTheme();
    paintRaster(context, this.data(theme), theme, width, height);
  }

  private data(theme: ChartTheme): RasterData {
    const { tokens, moments, live, shownIndex } = this.store;
    return { tokens, moments, mark: live ? null : shownIndex, image: this.image.update(tokens, moments, theme) };
  }

  private valueText(): string {
    const { shown, tokens, live } = this.store;
    if (!shown) return t('nothing yet');
    const where = t(
      'evaluation {0}, {1} of {2} tokens',
      count(shown.evaluations),
      count(shown.correct),
      count(tokens.length),
    );
    return live ? t('{0}, the latest', where) : where;
  }

  private onKey(event: KeyboardEvent): void {
    const { shownIndex, moments } = this.store;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -page,
      PageUp: page,
      Home: -moments.length,
      End: moments.length,
      Escape: moments.length,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.store.scrub(Math.max(0, shownIndex + step));
  }

  private onPointer(event: PointerEvent): void {
    if (!(event.buttons & 1)) return;
    if (event.type === 'pointerdown') (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const { left, width } = this.canvas.getBoundingClientRect();
    const share = (event.clientX - left - margin.left) / Math.max(1, width - margin.left - margin.right);
    const evaluations = share * spanOf(this.store.moments);
    const index = this.store.moments.findIndex(moment => moment.evaluations >= evaluations);
    this.store.scrub(index < 0 ? this.store.moments.length - 1 : index);
  }
}

import { html, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { DataTable } from '../../src/report/csv.ts';
import type { Change } from '../data/store.ts';
import { StoreElement } from '../data/store-element.ts';
import { tokenCode, tokenCodes } from '../data/token-state.ts';
import { count, counts } from '../format.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { orderBy } from '../tokens/measures/measures.ts';
import { runFacts } from '../tokens/measures/run-facts.ts';
import { placeOverlay } from './raster-overlay.ts';
import { margin, paintRaster, type RasterData } from './raster-picture.ts';
import { describeCell, placeOfEvent, type RasterPlace } from './raster-place.ts';
import { rasterStyles } from './raster-styles.ts';
import { panTo, shownSpan, wholeSpan, xOf } from './span.ts';
import { StateImage } from './state-image.ts';
import { type ChartTheme, chartTheme, onThemeChange } from './theme.ts';

/** Moments that a page key goes over. */
const page = 10;
/** A pointer that has moved less has clicked. */
const clickPixels = 4;

/**
 * When each token was learned and lost again. Dragging over it, or its arrow keys, select the moment looked at; what is under
 * the pointer is named, and a click shows that token in its editor.
 */
@customElement('proto-raster')
export class RasterElement extends StoreElement {
  protected override readonly follows = ['document', 'view', 'pointed'] as const;
  @query('canvas') private accessor canvas!: HTMLCanvasElement;
  @query('.row-frame') private accessor rowFrame!: HTMLElement;
  @query('.column-line') private accessor columnLine!: HTMLElement;
  @query('.tip') private accessor tip!: HTMLElement;
  private readonly image = new StateImage();
  private readonly size = new ResizeObserver(() => this.requestUpdate());
  private sorted: { readonly key: readonly unknown[]; readonly order: readonly number[] } | null = null;
  /** What the pointer, or the keyboard, is at. */
  private cursor: RasterPlace | null = null;
  private pressed: { readonly x: number; readonly y: number } | null = null;
  private leaveTheme: (() => void) | undefined;

  static override styles = [shared, rasterStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.size.observe(this);
    this.leaveTheme = onThemeChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.size.disconnect();
    this.leaveTheme?.();
    this.store.point(undefined);
  }

  protected override onChange(change: Change): void {
    if (change === 'pointed') this.paintOver();
    else this.requestUpdate();
  }

  override render(): TemplateResult {
    const { moments, shownIndex } = this.store;
    return html`<div
      class="slider"
      role="slider"
      tabindex="0"
      aria-label=${t('Moment of the training')}
      aria-description=${t('Left and right choose a moment, up and down a token, Enter shows the token in the editor. Plus and minus zoom, 0 shows the whole run.')}
      aria-orientation="horizontal"
      aria-valuemin="0"
      aria-valuemax=${Math.max(0, moments.length - 1)}
      aria-valuenow=${Math.max(0, shownIndex)}
      aria-valuetext=${this.valueText()}
      @keydown=${this.onKey}
      @pointerdown=${this.onPress}
      @pointermove=${this.onMove}
      @pointerup=${this.onRelease}
      @pointerleave=${() => this.look(null)}
      @focusout=${() => this.look(null)}
    >
      <canvas></canvas>
      <div class="row-frame" hidden></div>
      <div class="column-line" hidden></div>
      <div class="tip figures" hidden></div>
    </div>`;
  }

  protected override updated(): void {
    const height = Math.max(160, Math.min(420, this.store.tokens.length * 5 + margin.top + margin.bottom));
    this.style.setProperty('--height', `${height}px`);
    const width = this.clientWidth;
    if (!width) return;
    const scale = window.devicePixelRatio;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.paint(this.canvas, scale, width, height);
    this.paintOver();
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

  /** Tokens from top to bottom; null is the order of the text. */
  private get order(): readonly number[] | null {
    const { tokens, moments, view } = this.store;
    if (view.rows === 'text') return null;
    const key = [tokens, moments.length, moments.at(-1)];
    if (!this.sorted?.key.every((part, i) => part === key[i]))
      this.sorted = { key, order: orderBy(runFacts(tokens, moments).learned, false) };
    return this.sorted.order;
  }

  private paint(canvas: HTMLCanvasElement, scale: number, width: number, height: number): void {
    const context = canvas.getContext('2d');
    if (!context) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const theme = chartTheme();
    paintRaster(context, this.data(theme), theme, width, height);
  }

  private data(theme: ChartTheme): RasterData {
    const { tokens, moments, live, shownIndex, view } = this.store;
    return {
      tokens,
      moments,
      span: shownSpan(moments, view.zoom),
      sorted: view.rows !== 'text',
      mark: live ? null : shownIndex,
      image: this.image.update(tokens, moments, this.order, theme),
    };
  }

  /** Frames the row of the token that is pointed at, here or in the text, and names what is under the cursor. */
  private paintOver(): void {
    const { tip, rowFrame, columnLine, cursor, order } = this;
    if (!tip) return;
    const { pointed } = this.store;
    const row = pointed === undefined ? undefined : (order?.indexOf(pointed) ?? pointed);
    placeOverlay({ rowFrame, columnLine, tip }, this.store, row, cursor, this.canvas);
  }

  private look(place: RasterPlace | null): void {
    this.cursor = place;
    this.store.point(place?.token);
    this.paintOver();
  }

  private valueText(): string {
    const { shown, tokens, live } = this.store;
    if (!shown) return t('nothing yet');
    const where = t(
      'evaluation {0}, {1} of {2}',
      count(shown.evaluations),
      count(shown.correct),
      counts.tokens(tokens.length),
    );
    const when = live ? t('{0}, the latest', where) : where;
    return this.cursor ? `${describeCell(this.store, this.cursor)}; ${when}` : when;
  }

  private onKey(event: KeyboardEvent): void {
    const { shownIndex, moments } = this.store;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageDown: -page,
      PageUp: page,
      Home: -moments.length,
      End: moments.length,
    };
    const rows: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };
    const step = steps[event.key];
    const row = rows[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step !== undefined) this.scrub(shownIndex + step);
    else if (row !== undefined) this.moveRow(row);
    else if ((event.key === 'Enter' || event.key === ' ') && this.cursor) this.reveal(this.cursor.token);
    else if (event.key === 'Escape' && this.cursor) this.look(null);
    else if (event.key === 'Escape' && !this.store.view.zoom) this.scrub(moments.length);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Looks at a moment, and brings it into what is shown. */
  private scrub(index: number): void {
    this.store.scrub(Math.max(0, index));
    const { shown, moments, view } = this.store;
    if (view.zoom && shown) this.store.look({ zoom: panTo(view.zoom, wholeSpan(moments), shown.evaluations) });
    if (this.cursor) this.moveRow(0);
  }

  /** Moves the keyboard's cursor over the rows, at the moment that is looked at. */
  private moveRow(step: number): void {
    const { tokens, moments, shown, shownIndex, view } = this.store;
    if (!shown || !tokens.length) return;
    const from = this.cursor?.row ?? (step > 0 ? -1 : tokens.length);
    const row = Math.max(0, Math.min(tokens.length - 1, from + step));
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const x = xOf(shownSpan(moments, view.zoom), width, shown.evaluations);
    const y = margin.top + ((row + 0.5) / tokens.length) * (height - margin.top - margin.bottom);
    this.look({ row, token: this.order?.[row] ?? row, moment: shownIndex, x, y });
    this.requestUpdate();
  }

  private reveal(index: number): void {
    void this.store.host.request('revealToken', { index });
  }

  private place(event: PointerEvent): RasterPlace | null {
    return placeOfEvent(this.store, event, this.canvas.getBoundingClientRect(), this.order);
  }

  private onPress(event: PointerEvent): void {
    const place = this.place(event);
    // With Shift, and below the plot, dragging chooses a range: that is not of the raster alone.
    if (event.button !== 0 || event.shiftKey || !place) return;
    event.stopPropagation();
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.pressed = { x: event.clientX, y: event.clientY };
    this.store.scrub(place.moment);
    this.look(place);
  }

  private onMove(event: PointerEvent): void {
    const place = this.place(event);
    if (this.pressed && place) this.store.scrub(place.moment);
    else if (this.pressed) this.scrubBeyond(event);
    if (!(event.buttons & 1) || this.pressed) this.look(place);
  }

  /** Dragged beyond the edges, the moment is the first or the last one that is shown. */
  private scrubBeyond({ clientX }: PointerEvent): void {
    const { left, width } = this.canvas.getBoundingClientRect();
    const { moments, view } = this.store;
    const [from, to] = shownSpan(moments, view.zoom);
    const evaluation = clientX < left + width / 2 ? from : to;
    const index = moments.findIndex(({ evaluations }) => evaluations >= evaluation);
    this.store.scrub(index < 0 ? moments.length - 1 : index);
  }

  private onRelease({ clientX, clientY }: PointerEvent): void {
    const { pressed, cursor } = this;
    this.pressed = null;
    if (pressed && cursor && Math.hypot(clientX - pressed.x, clientY - pressed.y) < clickPixels)
      this.reveal(cursor.token);
  }
}

import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { shared } from '../styles.ts';
import { type Heatmap, heatmapImage } from './heatmap-data.ts';
import { type Placement, paintHeatmap, placeHeatmap } from './heatmap-picture.ts';
import { SvgContext } from './svg-context.ts';
import { chartTheme, onThemeChange } from './theme.ts';

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Cells that a page key goes over. */
const page = 10;

/**
 * A heatmap that is painted once; pointer and arrow keys move a frame over it and say what is there. Enter or a click
 * tells the page of the cell, by the event `choose`.
 */
@customElement('proto-heatmap')
export class HeatmapElement extends LitElement {
  @property({ attribute: false }) accessor map!: Heatmap;
  /** What is at a cell, in a sentence. */
  @property({ attribute: false }) accessor describe: (cell: Cell) => string = () => '';
  @property() accessor label = '';
  /** Stands where the sentence of a cell will be. */
  @property() accessor hint = '';
  @query('canvas') private accessor canvas!: HTMLCanvasElement;
  @query('.frame') private accessor frame!: HTMLCanvasElement;
  @query('.readout') private accessor readout!: HTMLElement;
  @query('[aria-live]') private accessor live!: HTMLElement;
  private readonly size = new ResizeObserver(() => this.paintAll());
  private leaveTheme: (() => void) | undefined;
  private image: HTMLCanvasElement | undefined;
  private cursor: Cell | null = null;
  private width = 0;

  static override styles = [
    shared,
    css`
      .map {
        cursor: crosshair;
        height: var(--height, 300px);
        position: relative;
        touch-action: pan-y;
      }

      canvas {
        display: block;
        inset: 0;
        position: absolute;
      }

      .readout {
        line-height: 18px;
        margin-top: 4px;
        min-height: 36px;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.size.observe(this);
    this.leaveTheme = onThemeChange(() => this.paintAll());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.size.disconnect();
    this.leaveTheme?.();
  }

  override render(): TemplateResult {
    return html`
      <div
        class="map"
        role="application"
        tabindex="0"
        aria-label=${this.label}
        @keydown=${this.onKey}
        @pointermove=${this.onPointer}
        @pointerdown=${this.onPointer}
        @pointerleave=${() => this.look(null)}
        @click=${this.choose}
      >
        <canvas></canvas>
        <canvas class="frame"></canvas>
      </div>
      <p class="readout figures muted"></p>
      <p class="unseen" aria-live="polite"></p>
    `;
  }

  protected override updated(changes: PropertyValues<this>): void {
    if (changes.has('map')) {
      this.image = heatmapImage(this.map);
      const { rows, columns } = this.map;
      if (this.cursor && (this.cursor.row >= rows || this.cursor.column >= columns)) this.cursor = null;
      this.paintAll();
    }
    this.say();
  }

  /** The same at twice the size on the screen. */
  picture(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    const place = this.place();
    this.paint(canvas, place, 2);
    return canvas;
  }

  /** The same with the cells as an embedded picture. */
  svg(): string {
    const place = this.place();
    const pen = new SvgContext(place.total.width, place.total.height);
    if (this.image) paintHeatmap(pen, this.map, this.image, place, chartTheme());
    return pen.toString();
  }

  /** Where cells are in the element. */
  place(): Placement {
    return placeHeatmap(this.map, Math.max(220, this.width || this.clientWidth));
  }

  private paintAll(): void {
    this.width = this.clientWidth;
    if (!this.width || !this.canvas) return;
    const place = this.place();
    this.style.setProperty('--height', `${place.total.height}px`);
    this.paint(this.canvas, place, window.devicePixelRatio);
    resize(this.frame, place, window.devicePixelRatio);
    this.paintFrame();
  }

  private paint(canvas: HTMLCanvasElement, place: Placement, scale: number): void {
    const context = resize(canvas, place, scale);
    if (context && this.image) paintHeatmap(context, this.map, this.image, place, chartTheme());
  }

  private paintFrame(): void {
    const context = this.frame.getContext('2d');
    if (!context) return;
    const { left, top, width, height, total } = this.place();
    context.clearRect(0, 0, total.width, total.height);
    if (!this.cursor) return;
    const { rows, columns } = this.map;
    const { row, column } = this.cursor;
    const [wide, tall] = [width / columns, height / rows];
    const size = [Math.max(5, wide), Math.max(5, tall)] as const;
    const x = left + (column + 0.5) * wide - size[0] / 2;
    const y = top + (row + 0.5) * tall - size[1] / 2;
    // Black and white: one of them stands out from any colour of the scale.
    for (const [colour, thickness] of [
      ['#000', 4],
      ['#fff', 2],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = thickness;
      context.strokeRect(x, y, size[0], size[1]);
    }
  }

  private look(cell: Cell | null): void {
    if (cell?.row === this.cursor?.row && cell?.column === this.cursor?.column) return;
    this.cursor = cell;
    this.paintFrame();
    this.say();
  }

  private say(): void {
    const text = this.cursor ? this.describe(this.cursor) : this.hint;
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }

  private readonly choose = (): void => {
    if (this.cursor) this.dispatchEvent(new CustomEvent<Cell>('choose', { detail: this.cursor }));
  };

  private onPointer(event: PointerEvent): void {
    const { left, top, width, height } = this.place();
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left - left) / width) * this.map.columns);
    const row = Math.floor(((event.clientY - box.top - top) / height) * this.map.rows);
    const inside = column >= 0 && row >= 0 && column < this.map.columns && row < this.map.rows;
    this.look(inside ? { row, column } : null);
  }

  private onKey(event: KeyboardEvent): void {
    const { rows, columns } = this.map;
    const { row, column } = this.cursor ?? { row: 0, column: 0 };
    const goals: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      PageUp: [row - page, column],
      PageDown: [row + page, column],
      Home: [row, 0],
      End: [row, columns - 1],
    };
    const goal = goals[event.key];
    if (!goal && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (!goal) {
      this.choose();
      return;
    }
    const within = (value: number, length: number): number => Math.max(0, Math.min(length - 1, value));
    this.look({ row: within(goal[0], rows), column: within(goal[1], columns) });
    this.live.textContent = this.readout.textContent;
  }
}

/** Sizes a canvas for the screen, which empties it. */
function resize(canvas: HTMLCanvasElement, { total }: Placement, scale: number): CanvasRenderingContext2D | null {
  canvas.width = Math.round(total.width * scale);
  canvas.height = Math.round(total.height * scale);
  canvas.style.setProperty('width', `${total.width}px`);
  canvas.style.setProperty('height', `${total.height}px`);
  const context = canvas.getContext('2d');
  context?.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}

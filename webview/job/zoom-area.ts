import { css, html, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { evaluationAt, plotEdges, type Span, shownSpan, wholeSpan, zoomAround, zoomTo } from '../charts/span.ts';
import { StoreElement } from '../data/store-element.ts';
import { count } from '../format.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';

/** How much more or less of the evaluations one press of a key or button shows. */
const factor = 0.5;
/** A pointer that has moved less has not chosen a range. */
const leastPixels = 5;

/**
 * Around charts whose plots are in line: dragging over them, or the keys plus, minus and 0, zoom all of them together. A
 * double click or Escape shows the whole run.
 */
@customElement('proto-zoom-area')
export class ZoomAreaElement extends StoreElement {
  protected override readonly follows = ['document', 'view', 'moment'] as const;
  @query('.area') private accessor area!: HTMLElement;
  @query('.brush') private accessor brush!: HTMLElement;
  @state() private accessor dragged: readonly [from: number, to: number] | null = null;

  static override styles = [
    shared,
    css`
      .zoom {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: 2px 12px;
        justify-content: space-between;
        margin-bottom: 8px;
      }

      .hint {
        font-size: 12px;
      }

      .area {
        cursor: crosshair;
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
        position: relative;
        touch-action: pan-y;
        user-select: none;
      }

      .brush {
        background: color-mix(in srgb, var(--proto-right) 18%, transparent);
        border: solid var(--vscode-foreground);
        border-width: 0 1px;
        bottom: 0;
        left: var(--left, 0);
        pointer-events: none;
        position: absolute;
        top: 0;
        width: var(--width, 0);
        z-index: 1;
      }
    `,
  ];

  override render(): TemplateResult {
    const { view } = this.store;
    const [from, to] = this.span;
    const zoomed = view.zoom !== null;
    return html`
      <div class="zoom" @keydown=${this.onKey}>
        <span class="figures muted" role="status"
          >${
            zoomed
              ? t('Evaluations {0} to {1} of {2}', count(from), count(to), count(this.whole[1]))
              : t('All evaluations, 0 to {0}', count(to))
          }</span
        >
        <span class="row">
          <span class="hint muted">${t('Drag over a chart to zoom.')}</span>
          ${this.button('zoom-in', t('Zoom In'), '+', () => this.zoom(factor))}
          ${this.button('zoom-out', t('Zoom Out'), '-', () => this.zoom(1 / factor), !zoomed)}
          ${this.button('screen-full', t('Show the Whole Run'), '0', () => this.store.look({ zoom: null }), !zoomed)}
        </span>
      </div>
      <div
        class="area"
        @keydown=${this.onKey}
        @pointerdown=${this.onPress}
        @pointermove=${this.onMove}
        @pointerup=${this.onRelease}
        @pointercancel=${() => this.drop()}
        @dblclick=${() => this.store.look({ zoom: null })}
      >
        <slot></slot>
        <div class="brush" ?hidden=${this.dragged === null}></div>
      </div>
    `;
  }

  protected override updated(): void {
    if (!this.dragged) return;
    const [a, b] = this.dragged;
    this.brush.style.setProperty('--left', `${Math.min(a, b)}px`);
    this.brush.style.setProperty('--width', `${Math.abs(b - a)}px`);
  }

  private get whole(): Span {
    return wholeSpan(this.store.moments);
  }

  private get span(): Span {
    return shownSpan(this.store.moments, this.store.view.zoom);
  }

  private button(icon: string, label: string, key: string, onClick: () => void, disabled = false): TemplateResult {
    return html`<vscode-toolbar-button
      icon=${icon}
      label=${label}
      title=${t('{0} ({1})', label, key)}
      ?disabled=${disabled}
      @click=${onClick}
    ></vscode-toolbar-button>`;
  }

  /** Around the moment that is looked at, or the middle of what is shown. */
  private zoom(by: number): void {
    const { span, store } = this;
    const [from, to] = span;
    const looked = store.live ? undefined : store.shown?.evaluations;
    const centre = looked !== undefined && looked >= from && looked <= to ? looked : (from + to) / 2;
    store.look({ zoom: zoomAround(span, this.whole, centre, by) });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && (this.dragged || this.store.view.zoom)) {
      if (this.dragged) this.drop();
      else this.store.look({ zoom: null });
    } else if (event.key === '+' || event.key === '=') this.zoom(factor);
    else if (event.key === '-') this.zoom(1 / factor);
    else if (event.key === '0') this.store.look({ zoom: null });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private onPress(event: PointerEvent): void {
    const x = this.placeOf(event);
    if (event.button !== 0 || x === null || event.composedPath().some(isControl)) return;
    this.area.setPointerCapture(event.pointerId);
    this.dragged = [x, x];
  }

  private onMove(event: PointerEvent): void {
    if (!this.dragged) return;
    this.dragged = [this.dragged[0], this.clamped(event)];
  }

  private onRelease(event: PointerEvent): void {
    const { dragged, span } = this;
    if (!dragged) return;
    this.dragged = null;
    const end = this.clamped(event);
    if (Math.abs(end - dragged[0]) < leastPixels) return;
    const { width } = this.area.getBoundingClientRect();
    const [a, b] = [dragged[0], end].map(x => evaluationAt(span, width, x));
    this.store.look({ zoom: zoomTo(span, this.whole, a ?? 0, b ?? 0) });
  }

  private drop(): void {
    this.dragged = null;
  }

  /** From the left edge of the charts; null beside their plots. */
  private placeOf({ clientX }: PointerEvent): number | null {
    const { left, width } = this.area.getBoundingClientRect();
    const x = clientX - left;
    return x >= plotEdges.left && x <= width - plotEdges.right ? x : null;
  }

  private clamped({ clientX }: PointerEvent): number {
    const { left, width } = this.area.getBoundingClientRect();
    return Math.max(plotEdges.left, Math.min(width - plotEdges.right, clientX - left));
  }
}

/** Buttons and lists keep their clicks. */
const isControl = (target: EventTarget): boolean =>
  target instanceof Element && ['vscode-toolbar-button', 'vscode-single-select', 'button'].includes(target.localName);

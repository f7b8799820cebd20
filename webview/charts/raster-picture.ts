import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { Moment } from '../../src/views/protocol.ts';
import { count } from '../format.ts';
import { t } from '../strings.ts';
import { niceTicks } from './colour-scale.ts';
import { evaluationTicks, plotEdges, type Span, xOf } from './span.ts';
import type { ChartTheme } from './theme.ts';

export interface RasterData {
  readonly tokens: readonly TextToken[];
  readonly moments: readonly Moment[];
  /** Evaluations from the left to the right edge. */
  readonly span: Span;
  /** Whether rows are sorted by when they were learned, and not in the order of the text. */
  readonly sorted: boolean;
  /** Index of the moment that is looked at; null draws no line. */
  readonly mark: number | null;
  /** See `state-image.ts`. */
  readonly image: HTMLCanvasElement;
}

/** Around the plot. */
export const margin = { ...plotEdges, top: 4, bottom: 34 } as const;

/** Size of the plot in a picture of a size. */
export const plotSize = (width: number, height: number) => ({
  width: width - margin.left - margin.right,
  height: height - margin.top - margin.bottom,
});

/** Where a row begins. */
export const yOf = (rows: number, height: number, row: number): number =>
  margin.top + (row / Math.max(1, rows)) * (height - margin.top - margin.bottom);

/** Paints when each token was right: evaluations from left to right, tokens from top to bottom. */
export function paintRaster(
  context: CanvasRenderingContext2D,
  data: RasterData,
  theme: ChartTheme,
  width: number,
  height: number,
): void {
  const { moments, span, mark, image } = data;
  const plot = plotSize(width, height);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.save();
  context.beginPath();
  context.rect(margin.left, margin.top, plot.width, plot.height);
  context.clip();
  context.imageSmoothingEnabled = false;
  // Columns begin and end at whole pixels: parts of pixels would let the background through.
  const scale = context.getTransform().a;
  const snap = (x: number): number => Math.round(x * scale) / scale;
  for (const [k, { evaluations }] of moments.entries()) {
    const left = snap(xOf(span, width, moments[k - 1]?.evaluations ?? 0));
    const right = snap(xOf(span, width, evaluations));
    if (right > left && right > margin.left && left < width)
      context.drawImage(image, k, 0, 1, image.height, left, margin.top, right - left, plot.height);
  }
  if (!data.sorted)
    paintSegments(context, moments.at(-1), theme, plot.width, row => yOf(data.tokens.length, height, row));
  context.restore();
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.strokeRect(margin.left - 0.5, margin.top - 0.5, plot.width + 1, plot.height + 1);
  paintAxes(context, data, theme, width, height);
  const marked = mark === null ? undefined : moments[mark];
  if (marked && marked.evaluations >= span[0] && marked.evaluations <= span[1])
    paintMark(context, xOf(span, width, marked.evaluations), theme, plot.height);
}

function paintSegments(
  context: CanvasRenderingContext2D,
  moment: Moment | undefined,
  { background }: ChartTheme,
  width: number,
  rowAt: (token: number) => number,
): void {
  const segments = moment?.segments ?? [];
  // Closer than some pixels they would hide what they divide.
  if (segments.length > 60) return;
  context.fillStyle = background;
  for (const { start } of segments.slice(1)) context.fillRect(margin.left, rowAt(start) - 1, width, 2);
}

function paintAxes(
  context: CanvasRenderingContext2D,
  { tokens, span, sorted }: RasterData,
  { muted, fontFamily }: ChartTheme,
  width: number,
  height: number,
): void {
  const plot = plotSize(width, height);
  context.fillStyle = muted;
  context.font = `11px ${fontFamily}`;
  context.textBaseline = 'top';
  context.textAlign = 'center';
  const bottom = margin.top + plot.height;
  for (const tick of evaluationTicks(span, width)) context.fillText(count(tick), xOf(span, width, tick), bottom + 5);
  context.fillText(t('evaluations'), margin.left + plot.width / 2, bottom + 20);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of niceTicks([0, tokens.length], plot.height / 40)) {
    if (tick === tokens.length || !Number.isInteger(tick)) continue;
    const y = yOf(tokens.length, height, tick + 0.5);
    context.fillText(count(tick + 1), margin.left - 6, Math.max(y, margin.top + 6));
  }
  context.save();
  context.translate(9, margin.top + plot.height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.fillText(sorted ? t('tokens, learned first on top') : t('tokens'), 0, 0);
  context.restore();
}

function paintMark(
  context: CanvasRenderingContext2D,
  x: number,
  { foreground, background }: ChartTheme,
  height: number,
) {
  context.fillStyle = background;
  context.fillRect(x - 2.5, margin.top, 5, height);
  context.fillStyle = foreground;
  context.fillRect(x - 1, margin.top, 2, height);
  context.beginPath();
  context.arc(x, margin.top + height, 4, 0, 2 * Math.PI);
  context.fill();
}

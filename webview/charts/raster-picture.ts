import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { Moment } from '../../src/views/protocol.ts';
import { count } from '../format.ts';
import { t } from '../strings.ts';
import type { ChartTheme } from './theme.ts';

export interface RasterData {
  readonly tokens: readonly TextToken[];
  readonly moments: readonly Moment[];
  /** Index of the moment that is looked at; null draws no line. */
  readonly mark: number | null;
  /** See `state-image.ts`. */
  readonly image: HTMLCanvasElement;
}

/** Around the plot. */
export const margin = { left: 44, right: 8, top: 4, bottom: 34 } as const;

/** Evaluations across the whole plot. */
export const spanOf = (moments: readonly Moment[]): number => Math.max(1, moments.at(-1)?.evaluations ?? 1);

/** Round numbers that divide a span into about as many parts. */
function ticks(span: number, parts: number): number[] {
  const rough = span / Math.max(1, parts);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].map(digit => digit * power).find(size => size >= rough) ?? span;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => i * step);
}

/** Paints when each token was right: evaluations from left to right, tokens from top to bottom. */
export function paintRaster(
  context: CanvasRenderingContext2D,
  data: RasterData,
  theme: ChartTheme,
  width: number,
  height: number,
): void {
  const { tokens, moments, mark, image } = data;
  const plot = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const span = spanOf(moments);
  const xOf = (evaluations: number): number => margin.left + (evaluations / span) * plot.width;
  const yOf = (token: number): number => margin.top + (token / Math.max(1, tokens.length)) * plot.height;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  // Columns begin and end at whole pixels: parts of pixels would let the background through.
  const scale = context.getTransform().a;
  const snap = (x: number): number => Math.round(x * scale) / scale;
  for (const [k, { evaluations }] of moments.entries()) {
    const left = snap(xOf(moments[k - 1]?.evaluations ?? 0));
    const right = snap(xOf(evaluations));
    if (right > left) context.drawImage(image, k, 0, 1, image.height, left, margin.top, right - left, plot.height);
  }
  context.strokeStyle = theme.line;
  context.strokeRect(margin.left - 0.5, margin.top - 0.5, plot.width + 1, plot.height + 1);
  paintSegments(context, moments.at(-1), theme, plot.width, yOf);
  paintAxes(context, data, theme, plot, xOf, yOf);
  const marked = mark === null ? undefined : moments[mark];
  if (marked) paintMark(context, xOf(marked.evaluations), theme, plot.height);
}

function paintSegments(
  context: CanvasRenderingContext2D,
  moment: Moment | undefined,
  { background }: ChartTheme,
  width: number,
  yOf: (token: number) => number,
): void {
  const segments = moment?.segments ?? [];
  // Closer than some pixels they would hide what they divide.
  if (segments.length > 60) return;
  context.fillStyle = background;
  for (const { start } of segments.slice(1)) context.fillRect(margin.left, yOf(start) - 1, width, 2);
}

function paintAxes(
  context: CanvasRenderingContext2D,
  { tokens, moments }: RasterData,
  { muted, fontFamily }: ChartTheme,
  plot: { readonly width: number; readonly height: number },
  xOf: (evaluations: number) => number,
  yOf: (token: number) => number,
): void {
  context.fillStyle = muted;
  context.font = `11px ${fontFamily}`;
  context.textBaseline = 'top';
  context.textAlign = 'center';
  const bottom = margin.top + plot.height;
  for (const tick of ticks(spanOf(moments), plot.width / 90)) context.fillText(count(tick), xOf(tick), bottom + 5);
  context.fillText(t('evaluations'), margin.left + plot.width / 2, bottom + 20);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of ticks(tokens.length, plot.height / 40)) {
    if (tick === tokens.length) continue;
    context.fillText(count(tick + 1), margin.left - 6, Math.max(yOf(tick + 0.5), margin.top + 6));
  }
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

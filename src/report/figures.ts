import { type Axis, type Mark, type Series, svgOf } from '../plot/axes.ts';
import { linearAxis, logarithmicAxis } from '../plot/ticks.ts';
import type { FigureAxis, FigurePoint, FigureSeries, ReportFigure } from '../runtime/results/experiments.ts';
import type { DataTable } from './csv.ts';
import { figure as number } from './format.ts';

/** Letters in a line of a caption below one panel. */
const lineLength = 96;

function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const valuesOf = (series: readonly FigureSeries[], of: 'x' | 'y'): number[] =>
  series.flatMap(({ points }) =>
    points.flatMap(({ x, y, low = y, high = y }) => (of === 'x' ? [x] : [y, low, high].filter(Number.isFinite))),
  );

/** The numbers that are asked for have a place also where there is nothing yet: so the axis stays as more comes. */
function axisOf({ label, scale, ticks, tight }: FigureAxis, reached: readonly number[]): Axis {
  const values = [...reached, ...(ticks ?? [])];
  if (scale === 'logarithmic')
    return logarithmicAxis(
      label,
      values.filter(value => value > 0),
      ticks && [...ticks].sort((a, b) => a - b),
    );
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // An axis begins at 0, unless something lies below or it is to be tight.
  const axis = linearAxis(label, values, { low: tight ? least - 0.04 * (most - least) : Math.min(0, least) });
  return ticks ? { ...axis, ticks } : axis;
}

/** What has no place on an axis of logarithms is left out. */
const isOn = ({ scale }: FigureAxis, value: number): boolean => scale === 'linear' || value > 0;

/** "density 0 at 0.69 over 5.1 at 0.91 to 0 at 1.2": its ends, and between them the highest point where it is no end. */
function courseOf(points: readonly FigurePoint[]): string {
  const [first, last] = [points[0], points.at(-1)];
  const highest = points.reduce<FigurePoint | undefined>(
    (high, point) => (high && high.y >= point.y ? high : point),
    undefined,
  );
  // A bell-shaped curve never quite comes down to 0.
  const least = Math.max(...points.map(({ y }) => Math.abs(y))) / 1000;
  const inWords = ({ x, y }: FigurePoint): string => `${number(Math.abs(y) < least ? 0 : y)} at ${number(x)}`;
  if (!first || !last || !highest) return '';
  return highest.y > Math.max(first.y, last.y)
    ? `${inWords(first)} over ${inWords(highest)} to ${inWords(last)}`
    : `${inWords(first)} to ${inWords(last)}`;
}

/** A figure in words: the course of each line, and how many points there are of others. */
export function wordsOf({ title, panels }: ReportFigure): string {
  const parts = panels.flatMap(({ title: part, x, y, series }) =>
    series
      .filter(({ kind, points }) => kind !== 'guide' && points.length > 0)
      .map(({ name, kind, points }) => {
        const of = `${part ? `${part}, ` : ''}${name}`;
        return kind === 'line' && points.length > 1
          ? `${of}: ${y.label} ${courseOf(points)} (${x.label})`
          : `${of}: ${points.length === 1 ? '1 point' : `${points.length} points`}`;
      }),
  );
  return `${title}. ${parts.join('; ')}.`;
}

/** How a figure is drawn otherwise than as a file of its own. */
export interface FigureLook {
  /** Without it, the figure is for a light page, or for one that brings its own colours. */
  readonly styled?: boolean;
  /** Without it, the title is left to the page. */
  readonly headed?: boolean;
}

/** A figure as an SVG file. */
export function figureSvg(figure: ReportFigure, look: FigureLook = {}): string {
  return svgOf({
    ...look,
    title: figure.title,
    description: wordsOf(figure),
    caption: wrapped(figure.caption, lineLength * figure.panels.length),
    panels: figure.panels.map(({ title, x, y, series }) => ({
      title,
      x: axisOf(x, valuesOf(series, 'x')),
      y: axisOf(y, valuesOf(series, 'y')),
      series: series.map(
        ({ name, kind, points }, index): Series => ({
          name,
          look: index,
          line: kind === 'line',
          guide: kind === 'guide',
          marks: points.filter(point => isOn(x, point.x) && isOn(y, point.y)).map((point): Mark => point),
        }),
      ),
    })),
  });
}

/** The numbers of a figure. */
export const figureTable = ({ panels }: ReportFigure): DataTable => ({
  columns: ['panel', 'series', 'x', 'y', 'low', 'high', 'x_label', 'y_label'],
  rows: panels.flatMap(({ title, x: { label: xLabel }, y: { label: yLabel }, series }) =>
    series
      .filter(({ kind }) => kind !== 'guide')
      .flatMap(({ name, points }) =>
        points.map(({ x, y, low, high }) => [title, name, x, y, low ?? null, high ?? null, xLabel, yLabel]),
      ),
  ),
});

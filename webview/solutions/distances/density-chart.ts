import type { ChartConfiguration, ChartDataset, PointStyle } from 'chart.js';
import type { DataTable } from '../../../src/report/csv.ts';
import type { DistanceReport, PairGroup, PairKind } from '../../../src/runtime/results/distances.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import { axisLook, legendLook, tooltipLook } from '../../charts/chart-js.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { counts, figure, precise } from '../../format.ts';
import { t } from '../../strings.ts';
import { kindName, kindOf } from '../data/names.ts';
import { measureName } from './distance-map.ts';

const kinds: readonly PairKind[] = ['same-text', 'same-context', 'different-context'];
const dashes: Readonly<Record<PairKind, number[]>> = {
  'same-text': [],
  'same-context': [7, 4],
  'different-context': [2, 3],
};

const shapes: Readonly<Record<PairKind, PointStyle>> = {
  'same-text': 'circle',
  'same-context': 'triangle',
  'different-context': 'rect',
};

type Line = ChartDataset;
const isNamed = (label: string | undefined): boolean => Boolean(label);

/**
 * Pairs that a curve needs. With fewer the width of the kernel, 0.9 σ n^(-1/5) by Silverman's rule, is more than half of
 * their standard deviation: the curve would show the kernel, not the pairs. Besides, 30 pairs are only eight or nine
 * solutions of a text, and pairs that share a solution do not vary independently.
 */
const leastPairs = 30;

export const hasCurve = ({ pairs }: PairGroup): boolean => pairs >= leastPairs;

/** The distances of all pairs of a kind. */
function distancesOfKind({ solutions, distances }: DistanceReport, file: SolutionsDocument, kind: PairKind): number[] {
  return solutions.flatMap((a, i) =>
    solutions.flatMap((b, j) =>
      j > i && kindOf(file, a, b) === kind ? [distances[i * solutions.length + j] ?? Number.NaN] : [],
    ),
  );
}

/** Colour of a kind of pair. */
export const kindColour = (kind: PairKind, theme: ChartTheme): string =>
  theme.parts[kinds.indexOf(kind)] ?? theme.foreground;

/** Height of a density at a place between its grid points. */
function heightAt({ x, y }: PairGroup['density'], place: number): number {
  const after = x.findIndex(value => value >= place);
  if (after <= 0) return y[Math.max(0, after)] ?? 0;
  const [low = 0, high = 1] = [x[after - 1], x[after]];
  const [from = 0, to = 0] = [y[after - 1], y[after]];
  return from + ((to - from) * (place - low)) / (high - low || 1);
}

/** A curve over its grid, with the median marked. */
function curveOf({ kind, density, median }: PairGroup, theme: ChartTheme): readonly Line[] {
  const colour = kindColour(kind, theme);
  return [
    {
      label: kindName(kind),
      data: Array.from(density.x, (x, i) => ({ x, y: density.y[i] ?? 0 })),
      borderColor: colour,
      borderDash: dashes[kind],
      borderWidth: 2,
      pointRadius: 0,
    },
    {
      label: '',
      data: [
        { x: median, y: 0 },
        { x: median, y: heightAt(density, median) },
      ],
      borderColor: colour,
      borderWidth: 1,
      pointRadius: [0, 3],
      pointBackgroundColor: colour,
    },
  ];
}

/** A point for each pair, all at one height. */
const pointsOf = (kind: PairKind, distances: readonly number[], height: number, theme: ChartTheme): Line => ({
  label: kindName(kind),
  data: distances.map(x => ({ x, y: height })),
  showLine: false,
  pointStyle: shapes[kind],
  pointRadius: 5,
  pointBorderColor: kindColour(kind, theme),
  pointBorderWidth: 1.5,
  pointBackgroundColor: 'transparent',
  // The legend draws them as the line that stands for their kind in the table.
  borderColor: kindColour(kind, theme),
  borderDash: dashes[kind],
});

/** Estimated densities of the kinds of pairs, each with its median (figure 4 of the paper), or the pairs themselves. */
export function densityChart(view: DistanceReport, file: SolutionsDocument, theme: ChartTheme): ChartConfiguration {
  const curves = view.groups.filter(hasCurve);
  const few = view.groups.filter(group => !hasCurve(group));
  const highest = Math.max(0, ...curves.flatMap(({ density }) => [...density.y])) || 1;
  const lines = [
    ...curves.flatMap(group => curveOf(group, theme)),
    ...few.map(({ kind }, i) =>
      pointsOf(kind, distancesOfKind(view, file, kind), (highest * (i + 1)) / (few.length + 1), theme),
    ),
  ];
  const vertical = axisLook(theme, curves.length ? t('density') : '');
  return {
    type: 'line',
    data: { datasets: lines },
    options: {
      parsing: false,
      interaction: { mode: 'nearest', axis: few.length ? 'xy' : 'x', intersect: false },
      scales: {
        x: {
          type: 'linear',
          min: view.groups[0]?.density.x[0] ?? 0,
          max: view.groups[0]?.density.x.at(-1) ?? 1,
          ...axisLook(theme, measureName(view)),
          ticks: { ...axisLook(theme, '').ticks, includeBounds: false },
        },
        y: {
          min: 0,
          ...(curves.length ? {} : { max: highest }),
          ...vertical,
          // The height of a point says nothing.
          ticks: { ...vertical.ticks, display: curves.length > 0, maxTicksLimit: 6 },
        },
      },
      plugins: {
        legend: legendLook(theme, few.length ? 'points' : 'lines'),
        tooltip: {
          ...tooltipLook(theme),
          filter: ({ dataset }) => isNamed(dataset.label),
          callbacks: {
            title: ([item]) => precise(item?.parsed.x ?? 0),
            label: ({ dataset, parsed }) =>
              dataset.showLine === false ? (dataset.label ?? '') : `${dataset.label}: ${figure(parsed.y ?? 0)}`,
          },
        },
      },
    },
  };
}

/** What the picture shows, in a sentence. */
export const densitySummary = ({ groups }: DistanceReport): string =>
  groups
    .map(({ kind, pairs, median }) => t('{0}: {1}, median {2}', kindName(kind), counts.pairs(pairs), precise(median)))
    .join('; ');

/** The curves as numbers; of kinds with few pairs the pairs themselves, in columns of their own. */
export function densityTable(view: DistanceReport, file: SolutionsDocument): DataTable {
  const curves = view.groups.filter(hasCurve);
  const few = view.groups.filter(group => !hasCurve(group));
  const points = few.map(({ kind }) => distancesOfKind(view, file, kind));
  const grid = curves[0]?.density.x ?? new Float64Array();
  return {
    columns: ['distance', ...curves.map(({ kind }) => kind), ...few.map(({ kind }) => `pairs of ${kind}`)],
    rows: Array.from({ length: Math.max(grid.length, ...points.map(({ length }) => length)) }, (_, i) => [
      grid[i] ?? null,
      ...curves.map(({ density }) => density.y[i] ?? null),
      ...points.map(own => own[i] ?? null),
    ]),
  };
}

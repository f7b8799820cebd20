import type { Connection, PathReport } from '../../../src/runtime/results/connectivity.ts';
import type { PathQuantity } from '../data/view-state.ts';

/** The straight line between two solutions, or the trained curve. */
export type PathName = 'straight' | 'curve';

/** Numbers over all pairs at each t. */
export interface Band {
  readonly t: readonly number[];
  readonly median: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly least: readonly number[];
  readonly most: readonly number[];
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  return below + ((sorted[Math.ceil(place)] ?? below) - below) * (place - Math.floor(place));
}

/** Accuracy in percent, or the loss as it is. */
export const valuesOf = (path: PathReport, quantity: PathQuantity): readonly number[] =>
  quantity === 'accuracy' ? path.accuracy.map(share => 100 * share) : path.nll;

/** Even steps from 0 to 1. */
export const gridOf = (points: number): readonly number[] =>
  Array.from({ length: points }, (_, i) => i / Math.max(1, points - 1));

/** Index of the grid point next to t. */
export const indexAt = (t: number, points: number): number => Math.round(t * (points - 1));

/** Pairs may have been connected on different grids: those of the last one are comparable. */
export function comparable(connections: readonly Connection[]): readonly Connection[] {
  const points = connections.at(-1)?.straight.accuracy.length;
  return connections.filter(({ straight }) => straight.accuracy.length === points);
}

/** Median, quartiles and ends over pairs. */
export function bandOf(connections: readonly Connection[], path: PathName, quantity: PathQuantity): Band {
  const series = connections.map(connection => valuesOf(connection[path], quantity));
  const t = gridOf(series[0]?.length ?? 0);
  const columns = t.map((_, k) => series.map(values => values[k] ?? Number.NaN).sort((a, b) => a - b));
  const over = (share: number): readonly number[] => columns.map(column => quantile(column, share));
  return { t, median: over(0.5), low: over(0.25), high: over(0.75), least: over(0), most: over(1) };
}

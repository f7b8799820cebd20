import type { FigurePoint } from '../results/experiments.ts';
import { type Bounds, meanEstimate, quantileOfMany } from './statistics.ts';

/** The mean of some values with its 95 % interval (Student's t), as a point of a figure; none when there are no values. */
export function meanPoint(x: number, values: readonly number[], bounds: Bounds = {}): FigurePoint[] {
  const estimate = meanEstimate(values, bounds);
  if (!estimate) return [];
  const { value: y, low, high } = estimate;
  return [low === undefined ? { x, y } : { x, y, low, high }];
}

/** A share of a whole with its 95 % interval (Wilson), as a point of a figure; none of nothing. */
export function sharePoint(x: number, part: number, whole: number): FigurePoint[] {
  if (!whole) return [];
  const z = quantileOfMany;
  const share = part / whole;
  const middle = (share + (z * z) / (2 * whole)) / (1 + (z * z) / whole);
  const half = (z / (1 + (z * z) / whole)) * Math.sqrt((share * (1 - share)) / whole + (z * z) / (4 * whole * whole));
  return [{ x, y: share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }];
}

import type { FigurePoint } from '../results/experiments.ts';

/** Student's t: the half-width of a 95 % interval in standard errors, for 1, 2, 3 ... degrees of freedom. */
const quantiles = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09,
];
const quantileOfMany = 1.96;

/**
 * The mean of some values with its 95 % interval (Student's t), as a point of a figure; none when there are no values.
 *
 * @param least what no value can be below, and `most` above: an interval does not reach beyond
 */
export function meanPoint(
  x: number,
  values: readonly number[],
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
): FigurePoint[] {
  const n = values.length;
  if (!n) return [];
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return [{ x, y: mean }];
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = (quantiles[n - 2] ?? quantileOfMany) * Math.sqrt(variance / n);
  return [{ x, y: mean, low: Math.max(least, mean - half), high: Math.min(most, mean + half) }];
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

import { quantile } from '../analysis/distances/density.ts';
import { uniformSource } from '../training/random.ts';

/** An estimate with its 95 % interval; without one where too little is known for it. */
export interface Estimate {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** What no value can be below or above: an interval does not reach beyond. */
export interface Bounds {
  readonly least?: number;
  readonly most?: number;
}

/** Of a share of something. */
export const share: Bounds = { least: 0, most: 1 };
/** Of what can only be counted or measured from 0. */
export const positive: Bounds = { least: 0 };

/** Student's t: the half-width of a 95 % interval in standard errors, for 1, 2, 3 ... degrees of freedom. */
const quantiles = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09,
  2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05, 2.04,
];
/** Of very many values: the normal distribution. */
export const quantileOfMany = 1.96;

/** Beyond the table, to within 0.01. */
const quantileOf = (freedom: number): number =>
  quantiles[freedom - 1] ?? quantileOfMany + (quantileOfMany ** 3 + quantileOfMany) / (4 * freedom);

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The value in the middle of some values, or between the two that are. */
export const medianOf = (values: readonly number[]): number => quantile(Float64Array.from(values).sort(), 0.5);

function sumOfSquares(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** The mean of independent values with its 95 % interval (Student's t); undefined when there are none. */
export function meanEstimate(
  values: readonly number[],
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: Bounds = {},
): Estimate | undefined {
  const n = values.length;
  if (!n) return undefined;
  const value = meanOf(values);
  if (n === 1) return { value };
  const half = quantileOf(n - 1) * Math.sqrt(sumOfSquares(values) / (n - 1) / n);
  return { value, low: Math.max(least, value - half), high: Math.min(most, value + half) };
}

/** How the intervals of means are made, for the titles of tables. */
export const meanInWords = "mean ± standard deviation [95 % interval of the mean, Student's t]";
/** Likewise where the interval has a row of its own. */
export const intervalInWords = "95 % interval (Student's t)";

/** Mean and standard deviation of some numbers, with so many digits: "0.97±0.15"; a dash for none. */
export function meanAndDeviation(values: readonly number[], digits: number): string {
  if (!values.length) return '-';
  return `${meanOf(values).toFixed(digits)}±${Math.sqrt(sumOfSquares(values) / values.length).toFixed(digits)}`;
}

/** "[0.93, 1.00]"; a dash where there is none. */
export function intervalOf(estimate: Estimate | undefined, digits: number): string {
  const { low, high } = estimate ?? {};
  return low === undefined || high === undefined ? '-' : `[${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

/** "0.97±0.15 [0.93, 1.00]": mean, standard deviation and interval; a dash for no values, one value without an interval. */
export function meanWithInterval(values: readonly number[], digits: number, bounds: Bounds = {}): string {
  const words = meanAndDeviation(values, digits);
  return values.length > 1 ? `${words} ${intervalOf(meanEstimate(values, bounds), digits)}` : words;
}

/** "0.97 [0.93, 1.00]"; a dash where it is not known. */
export function withInterval(estimate: Estimate | undefined, digits: number): string {
  if (!estimate || !Number.isFinite(estimate.value)) return '-';
  const { value, low } = estimate;
  return low === undefined ? value.toFixed(digits) : `${value.toFixed(digits)} ${intervalOf(estimate, digits)}`;
}

const mostResamples = 1000;
const leastResamples = 200;
/** Units that a bootstrap needs: of two, one sample in two is a single unit. */
const leastUnits = 3;

/**
 * An estimate from values that are not independent, such as distances between pairs: its 95 % interval is between the
 * quantiles of the estimates from samples of the units behind them, drawn with replacement (percentile bootstrap).
 *
 * @param statistic of the sample in which each unit stands so many times; NaN when that says nothing
 * @param cost of computing it once, in simple steps: fewer samples are drawn where it is high
 */
export function bootstrapEstimate(
  units: number,
  statistic: (times: Float64Array) => number,
  cost: number,
): Estimate | undefined {
  const value = statistic(new Float64Array(units).fill(1));
  if (!Number.isFinite(value)) return undefined;
  if (units < leastUnits) return { value };
  const resamples = Math.max(leastResamples, Math.min(mostResamples, Math.floor(5e7 / cost)));
  const uniform = uniformSource([units], 'bootstrap');
  const found: number[] = [];
  for (let sample = 0; sample < resamples; sample++) {
    const times = new Float64Array(units);
    for (let drawn = 0; drawn < units; drawn++) {
      const unit = Math.floor(uniform() * units);
      times[unit] = (times[unit] ?? 0) + 1;
    }
    const other = statistic(times);
    if (Number.isFinite(other)) found.push(other);
  }
  if (found.length < leastResamples / 2) return { value };
  const sorted = found.sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? value;
  return { value, low: Math.min(value, at(0.025)), high: Math.max(value, at(0.975)) };
}

/**
 * Pearson's correlation of points (x, y) that count so many times each; NaN where one of the coordinates does not vary. A
 * bootstrap asks for it hundreds of times, of a hundred thousand points: nothing is made for each of them.
 */
export function weightedCorrelation(xs: ArrayLike<number>, ys: ArrayLike<number>, weights: ArrayLike<number>): number {
  // Seen from one of the points, what does not vary is zero, and not a rest of rounding.
  let origin = 0;
  while (origin < weights.length && !weights[origin]) origin++;
  const [fromX = 0, fromY = 0] = [xs[origin], ys[origin]];
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  for (let i = origin; i < weights.length; i++) {
    const weight = weights[i] as number;
    const [x, y] = [(xs[i] as number) - fromX, (ys[i] as number) - fromY];
    n += weight;
    sx += weight * x;
    sy += weight * y;
    sxx += weight * x * x;
    syy += weight * y * y;
    sxy += weight * x * y;
  }
  return (n * sxy - sx * sy) / Math.sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
}

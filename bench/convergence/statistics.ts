import { median } from '../timing.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A median and where the median of all such texts may lie. */
export interface Estimate {
  readonly median: number;
  /** 95 %; undefined where the values are too few for any. */
  readonly interval: Interval | undefined;
}

/** 97.5 % of a standard normal distribution lie below it. */
const z = 1.959964;

/** Wilson's 95 % interval of a share. */
export function wilsonInterval(successes: number, total: number): Interval {
  if (!total) return { low: 0, high: 1 };
  const share = successes / total;
  const center = (share + z ** 2 / (2 * total)) / (1 + z ** 2 / total);
  const half = (z / (1 + z ** 2 / total)) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

/**
 * The 95 % interval of a median from two order statistics, which supposes nothing about the distribution: of n values
 * the number below the median is binomial. Infinite values (what was not reached) are in order, too.
 *
 * @returns undefined for fewer than six values: not even the least and the greatest enclose the median in 95 % of cases.
 */
export function medianInterval(values: readonly number[]): Interval | undefined {
  const sorted = ascending(values);
  const n = sorted.length;
  // Probability that exactly k of n values lie below the median, and its sum up to k.
  let [probability, tail, k] = [0.5 ** n, 0, 0];
  while (tail + probability <= 0.025) {
    tail += probability;
    k++;
    probability *= (n - k + 1) / k;
  }
  const [low, high] = [sorted[k - 1], sorted[n - k]];
  return low === undefined || high === undefined ? undefined : { low, high };
}

/** The median of some values; undefined when there are none. */
export function estimate(values: readonly number[]): Estimate | undefined {
  return values.length ? { median: median(ascending(values)), interval: medianInterval(values) } : undefined;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Infinity minus itself is no number, so a difference would not order what was not reached. */
function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => (a === b ? 0 : a < b ? -1 : 1));
}

/** How a prefix of a text went: evaluations until the goal, infinite when it was not reached. */
export interface PrefixCost {
  readonly length: number;
  readonly evaluations: number;
}

/** Capacity: the longest prefix, of those that were tried, that reached the goal within so many evaluations; 0 if none. */
export function capacity(prefixes: readonly PrefixCost[], evaluations: number): number {
  const reached = prefixes.filter(prefix => prefix.evaluations <= evaluations);
  return reached.reduce((most, { length }) => Math.max(most, length), 0);
}

import { expect, test } from 'vitest';
import {
  bootstrapEstimate,
  intervalOf,
  meanEstimate,
  meanWithInterval,
  share,
  weightedCorrelation,
  withInterval,
} from '../../../src/runtime/experiments/statistics.ts';

test('a mean has the interval of Student, which does not reach beyond what is possible', () => {
  // t is 2.776 with four degrees of freedom, the standard error sqrt(2.5 / 5).
  expect(meanEstimate([1, 2, 3, 4, 5])).toEqual({
    value: 3,
    low: expect.closeTo(3 - 1.963, 2),
    high: expect.closeTo(3 + 1.963, 2),
  });
  expect(meanWithInterval([1, 1, 0.9], 2, share)).toBe('0.97±0.05 [0.82, 1.00]');
  expect([meanWithInterval([], 2), meanWithInterval([0.5], 2)]).toEqual(['-', '0.50±0.00']);
  expect([intervalOf(meanEstimate([1]), 2), withInterval(undefined, 2)]).toEqual(['-', '-']);
});

test('beyond the table, the interval narrows to that of the normal distribution', () => {
  const halfOf = (n: number): number => {
    const { low = 0, high = 0 } = meanEstimate(Array.from({ length: n }, (_, i) => i % 2)) ?? {};
    return ((high - low) / 2) * Math.sqrt((n - 1) / 0.25);
  };
  // From tables: 2.009 with 49 degrees of freedom, 1.984 with 99.
  expect(halfOf(50)).toBeCloseTo(2.009, 1);
  expect(halfOf(100)).toBeCloseTo(1.984, 2);
});

test('a bootstrap of a mean has about the interval of Student', () => {
  const values = Array.from({ length: 60 }, (_, i) => (i * 37) % 60);
  const mean = (times: Float64Array): number => {
    const sum = values.reduce((total, value, i) => total + value * (times[i] ?? 0), 0);
    return sum / times.reduce((total, one) => total + one, 0);
  };
  const [found, expected] = [bootstrapEstimate(60, mean, 60), meanEstimate(values)];
  expect(found?.value).toBeCloseTo(expected?.value ?? 0, 9);
  expect(found?.low).toBeCloseTo(expected?.low ?? 0, -0.5);
  expect(found?.high).toBeCloseTo(expected?.high ?? 0, -0.5);
  expect(bootstrapEstimate(60, mean, 60)).toEqual(found);
  expect(bootstrapEstimate(2, () => 1, 1)).toEqual({ value: 1 });
  expect(bootstrapEstimate(9, () => Number.NaN, 1)).toBeUndefined();
});

test('a correlation of what does not vary is unknown, whatever is lost by rounding', () => {
  const weights = Array.from({ length: 40 }, (_, i) => 1 + (i % 7));
  const [xs, ys] = [Math.sin, Math.cos].map((f, n) => weights.map((_, i) => f((2 * n + 1) * i)));
  for (const [i, weight] of weights.entries()) {
    const [x = 0, y = 0] = [xs?.[i], ys?.[i]];
    // As in a sample that has drawn a single pair, and that one many times.
    expect(weightedCorrelation([0.5, x], [0.25, y], [0, weight])).toBeNaN();
    expect(
      weightedCorrelation(
        weights.map(() => x),
        ys ?? [],
        weights,
      ),
    ).toBeNaN();
  }
  expect(
    weightedCorrelation(
      xs ?? [],
      (xs ?? []).map(x => 1e6 + x / 1e3),
      weights,
    ),
  ).toBeCloseTo(1, 9);
  expect(weightedCorrelation([], [], [])).toBeNaN();
  // By hand: of (0, 0), (1, 1) twice and (2, 0), the covariance is 0; without the last point all lie on a line.
  expect(weightedCorrelation([0, 1, 2], [0, 1, 0], [1, 2, 1])).toBeCloseTo(0, 12);
  expect(weightedCorrelation([0, 1, 2], [0, 1, 0], [1, 2, 0])).toBeCloseTo(1, 12);
});

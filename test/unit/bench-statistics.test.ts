import { describe, expect, test } from 'vitest';
import {
  capacity,
  estimate,
  geometricMean,
  medianInterval,
  wilsonInterval,
} from '../../bench/convergence/statistics.ts';
import { type RecipeResults, summarise } from '../../bench/convergence/summary.ts';
import { type Trial, trialsOf } from '../../bench/convergence/trial.ts';
import { resultOf, settingOf } from '../support/convergence.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('the interval of a share', () => {
  test.each([
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [81, 263, 0.2553, 0.3662],
    [40, 40, 0.9124, 1],
  ])('is that of Wilson for %i of %i', (successes, total, low, high) => {
    const interval = wilsonInterval(successes, total);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test('is everything when nothing was tried', () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('the interval of a median', () => {
  test.each([
    [6, 1, 6],
    [10, 2, 9],
    [20, 6, 15],
    [40, 14, 27],
  ])('lies between order statistics as in the tables for %i values', (n, low, high) => {
    expect(medianInterval(upTo(n).reverse())).toEqual({ low, high });
  });

  test('does not exist for five values', () => {
    expect(medianInterval(upTo(5))).toBeUndefined();
  });

  test('may end at what was not reached, and so may the median', () => {
    const beyond = Number.POSITIVE_INFINITY;
    expect(estimate([3, beyond, 1, 2, 5, 4])).toEqual({ median: 3.5, interval: { low: 1, high: beyond } });
    expect(estimate([beyond, 1, beyond])?.median).toBe(beyond);
    expect(estimate([])).toBeUndefined();
  });
});

test('the geometric mean of a ratio and its inverse is 1', () => {
  expect(geometricMean([4, 0.25])).toBeCloseTo(1);
});

test('the capacity is the longest prefix that comes out right, whatever became of shorter ones', () => {
  const prefixes = [
    { length: 8, evaluations: 50 },
    { length: 16, evaluations: Number.POSITIVE_INFINITY },
    { length: 24, evaluations: 300 },
  ];
  expect([49, 50, 299, 300].map(evaluations => capacity(prefixes, evaluations))).toEqual([0, 8, 8, 24]);
});

describe('a summary', () => {
  /** Results of ten texts: those of the paper cost so many times as many evaluations and seconds. */
  const resultsOf = (recipe: 'lbfgs' | 'paper', factor: number, solved: (trial: Trial) => boolean): RecipeResults => ({
    recipe,
    budget: 1000,
    setting: settingOf(10),
    lengths: [16, 8],
    find: trial =>
      resultOf(trial, {
        budget: 1000,
        perfect: solved(trial) ? { steps: factor * (trial.length + trial.text), seconds: factor } : null,
      }),
  });

  test('compares with the paper only where both came out right', () => {
    const [lbfgs, paper] = summarise([
      resultsOf('lbfgs', 1, () => true),
      resultsOf('paper', 3, ({ length, text }) => length === 8 && text < 6),
    ]);
    expect(paper?.ratios).toEqual([]);
    expect(lbfgs?.ratios.map(({ length, texts }) => [length, texts])).toEqual([
      [8, 6],
      [undefined, 6],
    ]);
    for (const { evaluations, seconds } of lbfgs?.ratios ?? [])
      for (const { median, interval } of [evaluations, seconds]) {
        expect(median).toBeCloseTo(3);
        expect(interval?.low).toBeCloseTo(3);
      }
  });

  test('tells the capacity, and when it may be more', () => {
    const [summary] = summarise([resultsOf('lbfgs', 1, ({ length, text }) => length === 8 || text < 6)]);
    const at = (evaluations: number) => summary?.capacityAt('perfect', evaluations);
    expect(at(7)).toMatchObject({ length: { median: 0 }, atLeast: false });
    expect(at(17)).toMatchObject({ length: { median: 8 }, atLeast: false });
    expect(at(1000)).toMatchObject({ length: { median: 16 }, atLeast: true });
    expect(summary?.lengths.map(({ perfect, texts }) => [perfect, texts])).toEqual([
      [10, 10],
      [6, 10],
    ]);
  });

  test('does not take a smaller budget for the one that it tells of', () => {
    const { find, ...rest } = resultsOf('lbfgs', 1, ({ text }) => text > 0);
    const [summary] = summarise([{ ...rest, budget: 2000, find }]);
    expect(summary?.lengths[0]).toMatchObject({ asked: 10, texts: 9, perfect: 9 });
    expect(summary?.capacityTexts).toBe(9);
  });

  test('leaves out recipes of which nothing is known, and texts that are too short', () => {
    expect(summarise([{ ...resultsOf('lbfgs', 1, () => true), find: () => undefined }])).toEqual([]);
    expect(trialsOf(settingOf(3), 'lbfgs', 17)).toEqual([]);
  });
});

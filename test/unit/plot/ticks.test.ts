import { expect, test } from 'vitest';
import { linearAxis, logarithmicAxis, roundNumbers } from '../../../src/plot/ticks.ts';

test('round numbers are those of a range, below one too, without digits too many', () => {
  expect(roundNumbers(0.03, 3)).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2]);
  expect(roundNumbers(20, 1500)).toEqual([20, 50, 100, 200, 500, 1000]);
});

test('a linear axis holds its values with a little room above, and has few round ticks', () => {
  expect(linearAxis('share', [0.25, 1]).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linearAxis('evaluations', [1234]).ticks).toEqual([0, 500, 1000]);
  const { range } = linearAxis('nats', [3, 4]);
  expect(range[0]).toBe(0);
  expect(range[1]).toBeGreaterThan(4);
});

test('a count has whole numbers for ticks, however few', () => {
  expect(linearAxis('tokens', [3], { whole: true }).ticks).toEqual([0, 1, 2, 3]);
  expect(linearAxis('token', [1], { low: 1, whole: true }).ticks).toEqual([1]);
});

test('an axis of logarithms holds its values', () => {
  const { range, ticks } = logarithmicAxis('nats', [0.5, 3]);
  expect(range[0]).toBeLessThan(0.5);
  expect(range[1]).toBeGreaterThan(3);
  expect(ticks).toEqual([0.5, 1, 2]);
});

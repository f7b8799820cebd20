import { expect, test } from 'vitest';
import { legendTicks } from '../../webview/charts/colour-scale.ts';

const labels = (low: number, high: number, parts = 2.5): string[] =>
  legendTicks([low, high], parts).map(({ label }) => label);

test.each([
  [0, 1],
  [0.943, 0.9575],
  [0.9481, 0.9492],
  [3, 4],
  [0, 12_000],
  [1e-9, 3e-9],
])('a scale from %d to %d has at least two numbers, no two of them alike', (low, high) => {
  for (const parts of [1, 2.5, 5.5]) {
    const all = labels(low, high, parts);
    expect(all.length).toBeGreaterThan(1);
    expect(new Set(all).size).toBe(all.length);
  }
});

test('numbers of a scale have as many decimals as tell them apart, and no more', () => {
  expect(labels(0.9481, 0.9492, 5.5)).toEqual(['0.9482', '0.9484', '0.9486', '0.9488', '0.9490', '0.9492']);
  expect(labels(0, 1)).toEqual(['0.0', '0.5', '1.0']);
  expect(labels(0, 12_000)).toEqual(['0', '5,000', '10,000']);
});

test('a scale whose ends are one number has that one', () => {
  expect(labels(0.95, 0.95)).toEqual(['0.95']);
});

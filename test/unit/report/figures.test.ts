import { expect, test } from 'vitest';
import { wordsOf } from '../../../src/report/figures.ts';
import type { FigureSeries, ReportFigure } from '../../../src/runtime/results/experiments.ts';

const withSeries = (...series: FigureSeries[]): ReportFigure => ({
  file: 'figure',
  title: 'Title',
  caption: '',
  panels: [{ title: '', x: { label: 'tokens', scale: 'linear' }, y: { label: 'density', scale: 'linear' }, series }],
});
const line = (...ys: number[]): FigureSeries => ({ name: 'a', kind: 'line', points: ys.map((y, x) => ({ x, y })) });

test('a figure in words says where each line begins and ends, and what it passes', () => {
  expect(wordsOf(withSeries(line(1, 0.5, 0.25)))).toBe('Title. a: density 1 at 0 to 0.25 at 2 (tokens).');
  expect(wordsOf(withSeries(line(3.9e-17, 5, 1e-7)))).toBe('Title. a: density 0 at 0 over 5 at 1 to 0 at 2 (tokens).');
  expect(wordsOf(withSeries(line(0, 0)))).toBe('Title. a: density 0 at 0 to 0 at 1 (tokens).');
  expect(wordsOf(withSeries(line(2)))).toBe('Title. a: 1 point.');
});

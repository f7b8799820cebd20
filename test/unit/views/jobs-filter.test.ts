import { expect, test } from 'vitest';
import { standingOf } from '../../../src/views/jobs/standing.ts';
import { filterGroups, JobsFilter } from '../../../src/views/trees/jobs-filter.ts';

test.each([
  ['finished', { correct: 28, tokens: 28 }, 'perfect'],
  ['finished', { correct: 19, tokens: 28 }, 'imperfect'],
  ['cancelled', { correct: 28, tokens: 28 }, 'cancelled'],
  ['running', { correct: 28, tokens: 28 }, 'running'],
  ['failed', undefined, 'failed'],
] as const)('a job that is %s with %j stands as %s', (status, score, standing) => {
  expect(standingOf({ status, score })).toBe(standing);
});

test('a filter shows everything until something is left out, by state and by kind', () => {
  const filter = new JobsFilter();
  const imperfect = { standing: 'imperfect', kind: 'compression' } as const;
  const search = { standing: 'running', kind: 'solutions' } as const;
  const model = { standing: 'running', kind: 'model' } as const;
  const shown = () => [imperfect, search, model].map(entry => filter.matches(entry));
  expect([filter.isOn, ...shown()]).toEqual([false, true, true, true]);
  filter.choose(filterGroups.filter(group => group !== 'imperfect'));
  expect([filter.isOn, ...shown()]).toEqual([true, false, true, true]);
  expect(filter.shows('imperfect')).toBe(false);
  filter.choose(filterGroups.filter(group => group !== 'searches'));
  expect([filter.isOn, ...shown()]).toEqual([true, true, false, true]);
  filter.choose(['imperfect', 'other']);
  expect([filter.isOn, ...shown()]).toEqual([true, false, false, false]);
  filter.choose(filterGroups);
  expect([filter.isOn, ...shown()]).toEqual([false, true, true, true]);
});

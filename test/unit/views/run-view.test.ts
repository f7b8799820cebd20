import { expect, test } from 'vitest';
import { momentOf } from '../../../src/views/jobs/moments.ts';
import { outcomeOf } from '../../../src/views/runs/run-view.ts';
import { evaluation, progress } from './support/stand-in-engine.ts';

const tokens = [0, 1, 2, 3].map(id => ({ id, text: '', start: 0, end: 0 }));
const wrong = [{ index: 2, token: evaluation([2])[2] ?? expect.unreachable() }];

test('what a file gives is right where nothing is known to be wrong', () => {
  const all = momentOf({ ...progress, predicted: Int32Array.of(0, 7, 7, 3) });
  expect([...outcomeOf(tokens, all, wrong)]).toEqual([0, 1, 9, 3]);
  expect([...outcomeOf(tokens, undefined, [])]).toEqual([0, 1, 2, 3]);
});

test('what a cancelled job has not come to is not known', () => {
  expect([...outcomeOf(tokens, momentOf(progress), [])]).toEqual([0, 1, -1, -1]);
});

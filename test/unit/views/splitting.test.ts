import { expect, test } from 'vitest';
import { splittingOf } from '../../../src/views/jobs/splitting.ts';

const inRow = (...lengths: number[]) =>
  lengths.map((length, i) => ({ start: lengths.slice(0, i).reduce((sum, before) => sum + before, 0), length }));
const sizes = { file: 0, vectors: 8000, corrections: 0, patches: 0, header: 0, text: 0, deflated: 0 };
const choices = { segmentLength: 16, sharedM: false };
const result = { keptSegments: null, sizes };

test('split segments are counted, and the vectors and bytes that they cost', () => {
  // Planned: 16 and 16. The first was halved, and one of its halves again.
  expect(splittingOf(choices, result, inRow(4, 4, 8, 16))).toEqual({
    planned: 2,
    split: 1,
    segments: 4,
    moreVectors: 4,
    moreBytes: 4000,
  });
});

test('with a shared m a split costs one vector', () => {
  const shared = { ...result, sizes: { ...sizes, vectors: 4000 } };
  expect(splittingOf({ ...choices, sharedM: true }, shared, inRow(8, 8, 16))).toMatchObject({
    split: 1,
    moreVectors: 1,
    moreBytes: 1000,
  });
});

test('nothing is told where nothing was split, or where an edit decided about the segments', () => {
  expect(splittingOf(choices, result, inRow(16, 16))).toBeNull();
  expect(splittingOf(choices, result, [])).toBeNull();
  expect(splittingOf(choices, { ...result, keptSegments: 1 }, inRow(8, 8, 16))).toBeNull();
});

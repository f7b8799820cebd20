import { expect, test } from 'vitest';
import { type Place, shownTexts } from '../../../src/views/editor/shown-texts.ts';

interface Text {
  readonly name: string;
  readonly source: Place;
}

function text(name: string, offset: number, length: number, isStale = false): Text {
  const overlaps = (other: Place): boolean => other.offset < offset + length && offset < other.offset + other.length;
  return { name, source: { offset, length, isStale, overlaps } };
}

const shown = (jobs: readonly Text[], lookedAt?: Text): string[] =>
  shownTexts(jobs, lookedAt).map(({ job, position, count }) => `${job.name} ${position}/${count}`);

test('of several jobs of one text the latest is shown, unless another one is looked at', () => {
  const [first, second, third, other] = [text('a', 5, 9), text('b', 5, 9), text('c', 5, 9), text('d', 0, 4)];
  const jobs = [first, second, third, other];
  expect(shown(jobs)).toEqual(['d 1/1', 'c 3/3']);
  expect(shown(jobs, first)).toEqual(['d 1/1', 'a 1/3']);
  expect(shown(jobs, other)).toEqual(['d 1/1', 'c 3/3']);
});

test('a text that was edited is shown until there is a later job of it, looked at or not', () => {
  const [edited, later] = [text('a', 5, 9, true), text('b', 6, 9)];
  expect(shown([edited])).toEqual(['a 1/1']);
  expect(shown([edited, later], edited)).toEqual(['b 1/1']);
});

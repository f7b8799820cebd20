import { expect, test } from 'vitest';
import { wordToChange } from '../../../src/views/commands/word-to-change.ts';
import { changedRange } from '../../../src/views/editor/changed-range.ts';

/** What an edit has put in. */
function changed(before: string, now: string): string {
  const { start, end } = changedRange(before, now);
  return now.slice(start, end);
}

test('what is marked after an edit is whole words', () => {
  expect(changed('all night, and', 'all slept, and')).toBe('slept');
  expect(changed('all night, and', 'all winter night, and')).toBe('winter ');
  expect(changed('the sea', 'the seas')).toBe('seas');
  expect(changed('the sea', 'the sea')).toBe('');
});

test('where something was only taken out nothing is marked', () => {
  expect(changedRange('all night, and', 'all, and')).toEqual({ start: 3, end: 3 });
});

test('everything is marked where nothing is the same', () => {
  expect(changed('one', 'zwei')).toBe('zwei');
});

test('the word to change is one of some letters in the middle of the text', () => {
  const text = 'The lamp burned all night, and the sea was calm.';
  const word = wordToChange(text);
  expect(word && text.slice(word.start, word.end)).toBe('night');
  expect(wordToChange('a b c')).toEqual({ start: 2, end: 3 });
  expect(wordToChange('1 + 1 = 2')).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { folderName } from '../../../src/runtime/models/folder-name.ts';
import { achievement, vectorsIn } from '../../../src/views/achievement.ts';
import { chosenName, firstWords } from '../../../src/views/jobs/names.ts';
import { t } from '../../../webview/strings.ts';

test('what has been achieved is one sentence, with numbers', () => {
  const achieved = { tokens: 28, correct: 28, vectors: 2, numbers: 768 };
  expect(achievement(achieved, t)).toBe('These 28 tokens now live in 2 vectors of 768 numbers.');
  expect(achievement({ ...achieved, tokens: 1, correct: 1 }, t)).toBe(
    'This token now lives in 2 vectors of 768 numbers.',
  );
  expect(achievement({ ...achieved, correct: 27 }, t)).toBe(
    '2 vectors of 768 numbers now hold 27 of these 28 tokens; the file stores the rest as corrections.',
  );
});

test('every segment has an e; an m too, unless one m serves all', () => {
  expect(vectorsIn(1, false)).toBe(2);
  expect(vectorsIn(3, false)).toBe(6);
  expect(vectorsIn(3, true)).toBe(4);
});

describe('the first words of a text', () => {
  test.each([
    ['The sea was calm.', 'The sea was calm.'],
    ['  The\n\tsea  was\r\ncalm. ', 'The sea was calm.'],
    ['The lamp burned all night', 'The lamp burned all …'],
    ['The lamp burned all', 'The lamp burned all'],
    ['The lamp burned alla night', 'The lamp burned …'],
    ['Donaudampfschifffahrtsgesellschaft', 'Donaudampfschifffah …'],
    ['🐟'.repeat(30), `${'🐟'.repeat(19)} …`],
    ['a b '.repeat(100), 'a b a b a b a b a b …'],
    ['', ''],
  ])('are a name for it: %.40s', (text, name) => {
    expect(firstWords(text, 19)).toBe(name);
  });

  test('of a text that fits has no mark of omission, one letter longer has one', () => {
    expect(firstWords('a'.repeat(24))).toBe('a'.repeat(24));
    expect(firstWords('a'.repeat(25))).toBe(`${'a'.repeat(24)} …`);
  });
});

test.each([
  ['  the sea,\n once more ', 'the sea, once more'],
  ['   ', null],
  ['', null],
])('a name is kept as it was written, on one line: %j', (written, name) => {
  expect(chosenName(written)).toBe(name);
});

test.each([
  ['/cache/models--EleutherAI--pythia-160m/snapshots/50f5173', 'EleutherAI/pythia-160m', '50f5173'],
  ['/models/demo-model', 'demo-model', null],
  ['/models/snapshots/x', 'x', null],
  ['/cache/models--gpt2/snapshots/607a30d', 'gpt2', '607a30d'],
])('a model is called after its folder: %s', (folder, id, revision) => {
  expect(folderName(folder)).toEqual({ id, revision });
});

import { describe, expect, test } from 'vitest';
import { folderName } from '../../../src/runtime/models/folder-name.ts';
import { chosenName, firstWords } from '../../../src/views/jobs/names.ts';

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
])('a model is called after its folder: %s', (folder, id, revision) => {
  expect(folderName(folder)).toEqual({ id, revision });
});

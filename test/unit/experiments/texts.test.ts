import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  includedWords,
  randomTexts,
  secondHalf,
  textsFrom,
  textsOfFiles,
} from '../../../src/runtime/experiments/texts.ts';
import { inRepository, temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence, userErrorOf } from '../../support/user-error.ts';

test('the second half of a text begins with a sentence', () => {
  expect(secondHalf('One is here. Two is there. Three came. Four went.')).toBe('Three came. Four went.');
});

test('texts of a folder come in the order of their names, and have a hash of what they are', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'b'));
  for (const [name, text] of [
    ['z.txt', 'last'],
    ['b/a.md', 'first. second.'],
    ['c.bin', 'not a text'],
  ] as const)
    writeFileSync(join(folder, name), text);
  const source = await textsOfFiles([folder], 'whole');
  expect(source.texts.map(({ text }) => text)).toEqual(['first. second.', 'last']);
  writeFileSync(join(folder, 'z.txt'), 'changed');
  expect((await textsOfFiles([folder], 'whole')).sha256).not.toBe(source.sha256);
  expect(await userErrorOf(() => textsOfFiles([temporaryFolder()], 'whole'))).toContain('no .txt or .md files');
});

test('random texts are drawn from the first word of each line, the same for the same seed', async () => {
  const list = join(temporaryFolder(), 'glove.txt');
  writeFileSync(list, 'the 0.1 0.2\nsea 0.3 0.4\nlamp 0.5 0.6\n');
  const [first, again, other] = await Promise.all([1, 1, 2].map(seed => randomTexts(list, 3, 50, seed)));
  expect(first).toEqual(again);
  expect(first?.sha256).not.toBe(other?.sha256);
  const words = first?.texts.flatMap(({ text }) => text.split(' ')) ?? [];
  expect(words).toHaveLength(150);
  expect(new Set(words)).toEqual(new Set(['the', 'sea', 'lamp']));
});

test('of a long list only the beginning is read, and the list that is included is one', async () => {
  const list = join(temporaryFolder(), 'long.txt');
  writeFileSync(list, 'sea 1\r\n\nlamp 2\nnever 3\n'.padEnd(1000, 'never\n'));
  const { texts, name } = await randomTexts(list, 2, 40, 0, 2);
  expect(new Set(texts.flatMap(({ text }) => text.split(' ')))).toEqual(new Set(['sea', 'lamp']));
  expect(name).toBe('random words of long.txt (2 words), seed 0');
  const request = { paths: [], cut: 'whole', words: includedWords } as const;
  const passages = inRepository('bench/passages.json');
  const [english, other] = [await textsFrom(request, passages), await textsFrom({ ...request, seed: 1 }, passages)];
  expect(english.name).toMatch(/^random words of words\.txt \(\d,\d{3} words\), seed 0$/);
  expect(other.sha256).not.toBe(english.sha256);
  expect(await userErrorOf(() => randomTexts('missing.txt', 1, 1, 0))).toContain('cannot be read');
  const binary = join(temporaryFolder(), 'model.bin');
  writeFileSync(
    binary,
    Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) % 256),
  );
  const sentence = await userErrorOf(() => randomTexts(binary, 1, 1, 0));
  expectOneSentence(sentence);
  expect(sentence).toMatch(/cannot be read .*name a file with a word on each line/);
});

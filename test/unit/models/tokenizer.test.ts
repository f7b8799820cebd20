import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { applyPatches } from '../../../src/runtime/models/alignment.ts';
import { TextTokenizer } from '../../../src/runtime/models/tokenizer.ts';
import { demoModel, fixtureModel } from '../../support/paths.ts';

const folders = {
  demo: demoModel,
  pythia: fixtureModel('neox-parallel-f32'),
  llama3: fixtureModel('llama-tied-bf16'),
  sentencepiece: fixtureModel('llama-sharded-f32'),
};
const normalizing = new Set(['pythia', 'sentencepiece']);

/** Text as people and programs write it, and as they should not. */
const hard = fc.constantFrom(
  ...[
    'a',
    'The ',
    ' ',
    '  ',
    '    ',
    '\n',
    '\r\n',
    '\t',
    '\0',
    'é',
    'e\u0301',
    's\u0323\u0307',
    's\u0307\u0323',
    '\u1e69',
    '\u0301',
    '한',
    '\u1112\u1161\u11ab',
    '漢字',
    '👩‍👩‍👧',
    '🎉',
    '\ufe0f',
  ],
  ...[
    '\ud83d',
    '\udc00',
    '\ufeff',
    '\u00a0',
    '▁',
    '<|endoftext|>',
    '<s>',
    '<unk>',
    '<0x41>',
    "'ll",
    '12345',
    '\u0958',
    '\u212b',
    '\ufb01',
    'ﷺ',
    '\u09c7\u09be',
  ],
);
const text = fc.oneof(
  fc.array(hard, { maxLength: 12 }).map(parts => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);

const referencesIn = (folder: string) =>
  z
    .array(z.object({ text: z.string(), ids: z.array(z.number()) }))
    .parse(JSON.parse(readFileSync(join(folder, 'tokenizer_reference.json'), 'utf8')));

describe.each(Object.entries(folders))('the %s tokenizer', (name, folder) => {
  let tokenizer: TextTokenizer;
  beforeAll(async () => {
    tokenizer = await TextTokenizer.load(folder);
  });

  test.runIf(name !== 'demo')('gives the ids of an encoder written for the purpose', () => {
    const examples = referencesIn(folder);
    expect(examples.length).toBeGreaterThan(5);
    for (const example of examples)
      expect({ text: example.text, ids: tokenizer.encode(example.text) }).toEqual(example);
  });

  test('gives any text back exactly, with patches where it normalises', () => {
    fc.assert(
      fc.property(text, source => {
        const ids = tokenizer.encode(source);
        const decoded = tokenizer.decode(ids);
        const patches = tokenizer.patches(source, ids);
        expect(applyPatches(decoded, patches)).toBe(source);
        if (decoded === source) expect(patches).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('gives every token a range that covers whole characters, in order and without gaps', () => {
    fc.assert(
      fc.property(text, source => {
        const ranges = tokenizer.align(source, tokenizer.encode(source));
        let reached = 0;
        for (const { start, end } of ranges) {
          expect(start).toBeLessThanOrEqual(reached);
          expect(end).toBeGreaterThanOrEqual(reached);
          reached = end;
          for (const edge of [start, end])
            expect((source.codePointAt(edge - 1) ?? 0) <= 0xffff || edge === 0).toBe(true);
        }
        expect(reached).toBe(source.length);
      }),
      { numRuns: 1000 },
    );
  });

  test.runIf(!normalizing.has(name))('gives every token exactly the characters that its bytes belong to', () => {
    fc.assert(
      fc.property(text, source => {
        const ids = tokenizer.encode(source);
        let position = 0;
        for (const [i, { start, end }] of tokenizer.align(source, ids).entries()) {
          const length = tokenizer.bytesOf(ids[i] ?? -1).length;
          expect(Buffer.byteLength(source.slice(0, start))).toBeLessThanOrEqual(position);
          expect(Buffer.byteLength(source.slice(0, end))).toBeGreaterThanOrEqual(position + length);
          // Not a character more than it needs on either side.
          expect(Buffer.byteLength(source.slice(0, start)) + 4).toBeGreaterThan(position);
          expect(Buffer.byteLength(source.slice(0, end)) - 4).toBeLessThan(position + length);
          position += length;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('reads the first tokens of a text as those of all of it', () => {
    const long = fc.array(fc.oneof(hard, fc.constant(' '.repeat(40)), fc.constant('漢字かな'.repeat(9))), {
      minLength: 80,
      maxLength: 500,
    });
    fc.assert(
      fc.property(long, fc.integer({ min: 1, max: 40 }), (parts, most) => {
        const texts = [parts.join(''), parts.slice(0, 3).join(''), ''];
        expect(tokenizer.beginnings(texts, most)).toEqual(texts.map(one => tokenizer.encode(one).slice(0, most)));
      }),
      { numRuns: 60 },
    );
  });

  test('takes a long text in its stride', () => {
    const long = 'The quick brown fox e\u0301 jumps. '.repeat(20_000);
    const ids = tokenizer.encode(long);
    expect(applyPatches(tokenizer.decode(ids), tokenizer.patches(long, ids))).toBe(long);
    expect(tokenizer.align(long, ids).at(-1)?.end).toBe(long.length);
  });
});

describe("Gemma's tokenizer", () => {
  const folder = fixtureModel('gemma3-tied-bf16');

  test('gives the ids of an encoder written for the purpose, and puts no space before a text', async () => {
    const tokenizer = await TextTokenizer.load(folder, 384);
    const examples = referencesIn(folder);
    expect(examples.map(({ text }) => text)).toContain('a ▁▁ b');
    for (const example of examples) {
      const ids = tokenizer.encode(example.text);
      expect({ text: example.text, ids }).toEqual(example);
      const decoded = tokenizer.decode(ids);
      expect(applyPatches(decoded, tokenizer.patches(example.text, ids))).toBe(example.text);
      // What is no character cannot be written in UTF-8.
      if (!example.text.includes('▁')) expect(decoded).toBe(example.text);
    }
  });

  test('leaves out the special tokens that the model has no row for, and they are text then', async () => {
    const picture = '<image_soft_token>';
    expect((await TextTokenizer.load(folder)).encode(picture)).toEqual([384]);
    const tokenizer = await TextTokenizer.load(folder, 384);
    expect(tokenizer.beyond(384, 1)).toEqual([]);
    expect(tokenizer.decode(tokenizer.encode(picture))).toBe(picture);
  });
});

describe('alignment, worked by hand', () => {
  test('tokens of one emoji share its range', async () => {
    const tokenizer = await TextTokenizer.load(demoModel);
    const ids = tokenizer.encode('a🎉b');
    const ranges = tokenizer.align('a🎉b', ids);
    expect(ranges[0]).toEqual({ start: 0, end: 1 });
    for (const range of ranges.slice(1, -1)) expect(range).toEqual({ start: 1, end: 3 });
    expect(ranges.at(-1)).toEqual({ start: 3, end: 4 });
  });

  test('a decomposed accent keeps its range before normalisation', async () => {
    const tokenizer = await TextTokenizer.load(folders.pythia);
    const source = 'caf\u0065\u0301!';
    const ids = tokenizer.encode(source);
    expect(tokenizer.decode(ids)).toBe('caf\u00e9!');
    expect(tokenizer.patches(source, ids)).toEqual([{ start: 3, end: 4, text: 'e\u0301' }]);
    expect(tokenizer.align(source, ids).slice(3)).toEqual([
      { start: 3, end: 5 },
      { start: 3, end: 5 },
      { start: 5, end: 6 },
    ]);
  });

  test('shows parts of characters as bytes and ids beyond the vocabulary as such', async () => {
    const tokenizer = await TextTokenizer.load(folders.pythia);
    expect(tokenizer.tokenText(tokenizer.encode('é')[0] ?? -1)).toBe('<0xC3>');
    expect(tokenizer.tokenText(319)).toBe('<id 319>');
    expect(tokenizer.bytesOf(319)).toHaveLength(0);
  });
});

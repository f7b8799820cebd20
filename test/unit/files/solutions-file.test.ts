import { describe, expect, test } from 'vitest';
import {
  joinSolutions,
  looksLikeSolutions,
  readSolutions,
  type SolutionSet,
  writeSolutions,
} from '../../../src/runtime/files/solutions-file.ts';
import { orUserError, userErrorOf } from '../../support/user-error.ts';

const set: SolutionSet = {
  model: { id: 'demo-model', revision: null, fingerprint: 'f'.repeat(64) },
  arrangement: 'e-m-repeated',
  recipe: 'lbfgs',
  hiddenSize: 3,
  texts: [
    { title: 'a.txt', text: 'Ünïcode \u0000 "quoted"\r\n' },
    { title: 'b', text: 'b', context: 'book.txt' },
  ],
  solutions: [
    {
      text: 1,
      seed: 4,
      steps: 20,
      correct: 2,
      tokens: 3,
      e: Float32Array.of(1e-45, -0, 3.4e38),
      m: Float32Array.of(0.1, -2, 3),
    },
    { text: 1, seed: 6, steps: 1, correct: 3, tokens: 3, e: Float32Array.of(0, 0, 0), m: Float32Array.of(1, 1, 1) },
    { text: 0, seed: 5, steps: 21, correct: 3, tokens: 3, e: Float32Array.of(1, 2, 3), m: Float32Array.of(4, 5, 6) },
  ],
  curves: [{ first: 1, second: 0, steps: 7, e: Float32Array.of(-1, 0.5, 2), m: Float32Array.of(0, 1, 2) }],
};
const bytes = writeSolutions(set);
const json = JSON.parse(Buffer.from(bytes).toString());
const changed = (change: object): Uint8Array => Buffer.from(JSON.stringify({ ...json, ...change }));

describe('a file of solutions', () => {
  test('gives back what was written, vectors to the bit', () => {
    const read = readSolutions(bytes, 'x');
    expect(read).toEqual(set);
    expect(Object.is(read.solutions[0]?.e[1], -0)).toBe(true);
  });

  test('is known by its first bytes', () => {
    expect(looksLikeSolutions(bytes)).toBe(true);
    expect(looksLikeSolutions(Buffer.from(JSON.stringify(json)))).toBe(true);
    expect(looksLikeSolutions(Buffer.from('{"format":"other"}'))).toBe(false);
    expect(looksLikeSolutions(new Uint8Array())).toBe(false);
  });

  test('holds vectors as base64 of little-endian 32-bit numbers', () => {
    expect(json.solutions[2].e).toBe(Buffer.from('0000803f0000004000004040', 'hex').toString('base64'));
  });

  test.each([
    ['of a newer format', changed({ version: 2 }), /format 2 .* update/],
    ['of another kind', Buffer.from('{"texts":[]}'), /not a file of solutions/],
    ['that is no JSON', Buffer.from('e,m\n1,2'), /not a file of solutions/],
    ['that is no text', Buffer.of(0xff, 0xfe, 0), /not a file of solutions/],
    ['without vectors', changed({ solutions: [{ ...json.solutions[0], e: '' }], curves: [] }), /damaged .*length/],
    [
      'with a vector that is not finite',
      changed({
        solutions: [{ ...json.solutions[0], e: Buffer.from('0000c07f'.repeat(3), 'hex').toString('base64') }],
        curves: [],
      }),
      /not finite/,
    ],
    ['of a text that is missing', changed({ texts: [json.texts[0]] }), /text that is not there/],
    ['in an unknown arrangement', changed({ arrangement: 'm-e' }), /arrangement makes no sense/],
    ['with a curve between two texts', changed({ curves: [{ ...json.curves[0], second: 2 }] }), /curve has no two/],
    ['with a curve from nowhere', changed({ curves: [{ ...json.curves[0], first: 3 }] }), /curve has no two/],
    ['that counts wrongly', changed({ solutions: [{ ...json.solutions[0], correct: 9 }] }), /more tokens are right/],
  ])('is refused: one %s', async (_, damaged, words) => {
    expect(await userErrorOf(() => readSolutions(damaged, 'x.solutions.json'))).toMatch(words);
  });

  test('is never misread when it is cut or a byte is another', () => {
    for (let at = 0; at < bytes.length; at += 7) {
      orUserError(() => readSolutions(bytes.subarray(0, at), 'x'));
      const flipped = Uint8Array.from(bytes);
      flipped[at] = 0x7a;
      orUserError(() => readSolutions(flipped, 'x'));
    }
  });
});

describe('joined files', () => {
  test('hold equal texts of the same context once', () => {
    const more = {
      ...set,
      name: 'more',
      texts: [{ title: 'other name', text: 'b', context: 'book.txt' }],
      solutions: set.solutions.slice(0, 2).map((solution, i) => ({ ...solution, text: 0, seed: 9 + i })),
    };
    const joined = joinSolutions([{ ...set, name: 'set' }, more]);
    expect(joined.texts).toEqual(set.texts);
    expect(joined.solutions.map(({ text, seed }) => [text, seed])).toEqual([
      [1, 4],
      [1, 6],
      [0, 5],
      [1, 9],
      [1, 10],
    ]);
    expect(joined.curves.map(({ first, second }) => [first, second])).toEqual([
      [1, 0],
      [4, 3],
    ]);
  });

  test('must be of one model and one arrangement', async () => {
    const first = { ...set, name: 'first' };
    const model = { ...set.model, fingerprint: 'e' };
    expect(await userErrorOf(() => joinSolutions([first, { ...set, model, name: 'second' }]))).toMatch(
      /second .* model/,
    );
    const arrangement = 'e-repeated' as const;
    expect(await userErrorOf(() => joinSolutions([first, { ...set, arrangement, name: 'second' }]))).toMatch(
      /second .* arrangement/,
    );
    expect(await userErrorOf(() => joinSolutions([]))).toMatch(/no solutions/);
  });
});

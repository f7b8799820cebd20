import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { continuationsOf } from '../../../src/runtime/analysis/solutions/continuations.ts';
import { findSolutions } from '../../../src/runtime/analysis/solutions/find-solutions.ts';
import { gatherSolutions } from '../../../src/runtime/analysis/solutions/gather.ts';
import { openSolutionFiles } from '../../../src/runtime/analysis/solutions/open-files.ts';
import { type SolutionChoices, solutionOptions } from '../../../src/runtime/analysis/solutions/options.ts';
import { compress } from '../../../src/runtime/compression/compress.ts';
import { compressionOptions } from '../../../src/runtime/compression/options.ts';
import { decodeOneStep } from '../../../src/runtime/decoding/one-step.ts';
import { type SolutionSet, writeSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import type { SearchProgress } from '../../../src/runtime/results/solutions.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { demoModel } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
let model: Model;
beforeAll(async () => {
  model = await openModel(demoModel);
});
afterAll(() => sessions.dispose());

const sea = { title: 'sea', text: 'The sea was calm.' };
const lamp = { title: 'lamp', text: 'The lamp burned' };
const long = {
  title: 'long',
  text: 'The lighthouse keeper climbed the stairs every evening at dusk, carrying a lamp.',
};

function find(texts: readonly { title: string; text: string }[], choices: SolutionChoices, stopAfter = Infinity) {
  const seen: SearchProgress[] = [];
  return findSolutions({
    model,
    sessions,
    texts,
    options: solutionOptions.parse(choices),
    cancelled: () => seen.length >= stopAfter,
    onProgress: record => seen.push(record),
  }).then(found => ({ ...found, seen }));
}

/** Each solution must emit as many right tokens as it says. */
async function expectHonest({ texts, solutions }: SolutionSet): Promise<void> {
  const placed = solutions.map(({ e, m, tokens }) => ({
    protoTokens: [e, m],
    layout: layoutOf('e-m-repeated', tokens),
  }));
  for (const [i, emitted] of (await decodeOneStep(model, sessions, placed)).entries()) {
    const wanted = model.tokenizer.encode(texts[solutions[i]?.text ?? 0]?.text ?? '');
    expect(solutions[i]?.correct).toBe(wanted.filter((token, t) => token === emitted[t]).length);
  }
}

const distinct = (vectors: readonly Float32Array[]): number => new Set(vectors.map(vector => vector.join())).size;

describe('a search', () => {
  test('finds as many solutions of each text as were asked for, each of its own', async () => {
    const { set, summary, seen } = await find([sea, lamp], { seeds: 3, seed: 7 });
    expect(set.solutions.map(({ text, seed }) => [text, seed])).toEqual([
      [0, 7],
      [0, 8],
      [0, 9],
      [1, 7],
      [1, 8],
      [1, 9],
    ]);
    expect(summary).toMatchObject({ texts: 2, solutions: 6, perfect: 6, cancelled: false });
    await expectHonest(set);
    expect(distinct(set.solutions.flatMap(({ e, m }) => [e, m]))).toBe(12);
    expect(set.solutions.reduce((sum, { steps }) => sum + steps, 0)).toBe(summary.evaluations);
    expect(seen.at(-1)).toMatchObject({ settled: 6, perfect: 6, evaluations: summary.evaluations });
    for (const [i, { evaluations }] of seen.entries())
      expect(evaluations).toBeGreaterThan(seen[i - 1]?.evaluations ?? 0);
  });

  test('begins at the same points whatever else is searched', async () => {
    const alone = (await find([lamp], { seeds: 1, budget: 1 })).set;
    const beside = (await find([sea, lamp], { seeds: 2, budget: 1 })).set;
    expect(beside.solutions.find(({ text, seed }) => text === 1 && seed === 0)?.e).toEqual(alone.solutions[0]?.e);
    expect(distinct(beside.solutions.map(({ e }) => e))).toBe(4);
  });

  test('finds one m for all solutions of a text', async () => {
    const { set } = await find([sea, lamp], { seeds: 2, sharedM: true });
    await expectHonest(set);
    expect(distinct(set.solutions.map(({ m }) => m))).toBe(2);
    expect(distinct(set.solutions.map(({ e }) => e))).toBe(4);
    for (const { correct, tokens } of set.solutions) expect(correct).toBe(tokens);
  });

  test('keeps what is earned when it is cancelled', async () => {
    const { set, summary, seen } = await find([long], { seeds: 3 }, 2);
    expect(summary).toMatchObject({ cancelled: true, perfect: 0 });
    expect(seen).toHaveLength(2);
    expect(set.solutions.map(({ correct }) => correct)).toEqual(seen.at(-1)?.solutions.map(({ correct }) => correct));
    await expectHonest(set);
    expect((await find([sea], { seeds: 3 }, 0)).set.solutions).toEqual([]);
  });

  test('refuses what it cannot work on, by name', async () => {
    expect(await userErrorOf(() => find([{ title: 'none', text: '' }], {}))).toMatch(/none is empty/);
    expect(await userErrorOf(() => find([{ title: 'long', text: 'word '.repeat(600) }], {}))).toMatch(
      /long has \d+ tokens .* at most 512/,
    );
    expect(await userErrorOf(() => find([sea, { ...sea, title: 'twin' }], {}))).toMatch(/sea and twin/);
    expect(await userErrorOf(() => find([], {}))).toMatch(/no text/);
  });
});

describe('solutions in .proto files', () => {
  const fileOf = async (text: string, choices: object) => {
    const options = compressionOptions.parse(choices);
    const none = () => undefined;
    const request = {
      model,
      device: 'cpu' as const,
      sessions,
      text,
      options,
      cancelled: () => false,
      onProgress: none,
    };
    return (await compress(request)).file;
  };

  test('become a set, those of one text together', async () => {
    const files = [
      { name: 'a.proto', file: await fileOf('The sea was', { seed: 1, storage: 'F32' }) },
      { name: 'b.proto', file: await fileOf('The lamp burned', { seed: 1, storage: 'F32' }) },
      { name: 'c.proto', file: await fileOf('The sea was', { seed: 2, storage: 'F32' }) },
    ];
    const set = await gatherSolutions(model, sessions, files);
    expect(set.texts.map(({ title, text }) => [title, text])).toEqual([
      ['a.proto', 'The sea was'],
      ['b.proto', 'The lamp burned'],
    ]);
    expect(set.solutions.map(({ text, seed }) => [text, seed])).toEqual([
      [0, 1],
      [1, 1],
      [0, 2],
    ]);
    await expectHonest(set);
  });

  test('are refused when they are of another model', async () => {
    const { set } = await find([sea], { seeds: 1, budget: 1 });
    const other = { ...set, model: { ...set.model, id: 'other', fingerprint: 'f'.repeat(64) } };
    const file = { name: 'x.solutions.json', file: writeSolutions(other) };
    expect(await userErrorOf(() => openSolutionFiles(model, sessions, [file]))).toMatch(
      /x\.solutions\.json was made with the model other, .* choose the model that it was made with/,
    );
    const wide = { ...set, hiddenSize: 4, solutions: [] };
    expect(
      await userErrorOf(() => openSolutionFiles(model, sessions, [{ name: 'x', file: writeSolutions(wide) }])),
    ).toMatch(/damaged/);
  });

  test('of several segments are refused by name', async () => {
    const file = await fileOf('The sea was calm and the lamp burned.', { segmentLength: 4, budget: 1 });
    expect(await userErrorOf(() => gatherSolutions(model, sessions, [{ name: 'two.proto', file }]))).toMatch(
      /two\.proto has \d+ segments/,
    );
  });
});

describe('continuations', () => {
  test('are different texts of exactly so many tokens, the same for the same seed', async () => {
    const context = { title: 'book', text: 'The old man looked at the sea and' };
    const texts = await continuationsOf(model, sessions, context, { count: 3, tokens: 6, seed: 1 });
    expect(new Set(texts.map(({ text }) => text)).size).toBe(3);
    for (const { text, context: title } of texts) {
      expect(model.tokenizer.encode(text)).toHaveLength(6);
      expect(title).toBe('book');
    }
    expect(await continuationsOf(model, sessions, context, { count: 3, tokens: 6, seed: 1 })).toEqual(texts);
    const other = await continuationsOf(model, sessions, context, { count: 3, tokens: 6, seed: 2 });
    expect(other.map(({ text }) => text)).not.toEqual(texts.map(({ text }) => text));
  });

  test('need a context that fits', async () => {
    const from = (text: string) =>
      continuationsOf(model, sessions, { title: 'book', text }, { count: 1, tokens: 6, seed: 0 });
    expect(await userErrorOf(() => from(''))).toMatch(/book is empty/);
    expect(await userErrorOf(() => from('word '.repeat(1100)))).toMatch(/book has [\d,]+ tokens .* 1024 positions/);
  });
});

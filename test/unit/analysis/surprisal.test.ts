import { afterAll, expect, test } from 'vitest';
import { passesOver, surprisals } from '../../../src/runtime/decoding/surprisal.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureNames } from '../../fixtures/names.ts';
import { demoModel, fixtureModel } from '../../support/paths.ts';
import { referenceOf } from '../../support/reference.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
afterAll(() => sessions.dispose());

test.each(fixtureNames)('%s: every token surprises as PyTorch says', async name => {
  const model = await openModel(fixtureModel(name));
  const { ids, nll } = referenceOf(name).autoregressive;
  const [first, ...rest] = await surprisals(model, sessions, Int32Array.from(ids), undefined);
  expect(first).toBeNaN();
  expect(rest).toHaveLength(nll.length);
  for (const [i, value] of rest.entries()) expect(value).toBeCloseTo(nll[i] ?? Number.NaN, 3);
  // The first token is as a token before the text makes it: known from there on.
  const [beginning = 0, ...after] = ids;
  const begun = await surprisals(model, sessions, Int32Array.from(after), beginning);
  for (const [i, value] of begun.entries()) expect(value).toBeCloseTo(nll[i] ?? Number.NaN, 3);
});

test('every token is predicted by one pass, and has the half before it as context', () => {
  expect(passesOver(1, 8)).toEqual([]);
  for (const length of [2, 8, 9, 20, 21])
    for (const longest of [2, 3, 8]) {
      const passes = passesOver(length, longest);
      const predicted = passes.flatMap(({ news, end }) => Array.from({ length: end - news }, (_, i) => news + i));
      expect(predicted).toEqual(Array.from({ length: length - 1 }, (_, i) => i + 1));
      for (const { first, end, news } of passes) {
        expect(end - first).toBeLessThanOrEqual(longest);
        if (first) expect(news - first).toBeGreaterThanOrEqual(Math.floor(longest / 2));
      }
    }
});

test('a text beyond one pass is known to its end, and prose surprises less than its tokens in disorder', async () => {
  const model = await openModel(demoModel);
  const ids = model.tokenizer.encode('The sea was calm, and the lamp burned all night. '.repeat(120));
  expect(ids.length).toBeGreaterThan(1024);
  const known = await surprisals(model, sessions, Int32Array.from(ids), 0);
  expect(known.every(Number.isFinite)).toBe(true);
  const short = ids.slice(0, 12);
  const total = async (tokens: number[]): Promise<number> =>
    (await surprisals(model, sessions, Int32Array.from(tokens), 0)).reduce((sum, nll) => sum + nll, 0);
  expect(await total(short)).toBeLessThan(await total(short.toReversed()));
});

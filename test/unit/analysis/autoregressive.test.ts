import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { continueSequences, greedy, multinomial } from '../../../src/runtime/decoding/autoregressive.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { demoModel, fixtureModel } from '../../support/paths.ts';
import { fixtureNames, referenceOf } from '../../support/reference.ts';

const sessions = new Sessions({ device: 'cpu', packWeights: true });
afterAll(() => sessions.dispose());

const nllOf = (logits: Float32Array, id: number): number => {
  const greatest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - greatest), 0);
  return greatest + Math.log(sum) - (logits[id] ?? Number.NaN);
};

test.each(fixtureNames)('%s: the next token is as likely as PyTorch says, after every prefix', async name => {
  const model = await openModel(fixtureModel(name));
  const { ids, nll } = referenceOf(name).autoregressive;
  const found: number[] = [];
  const sequences = nll.map((_, i) => ({
    prefix: ids.slice(0, i + 1),
    choose: (logits: Float32Array) => {
      found[i] = nllOf(logits, ids[i + 1] ?? -1);
      return 0;
    },
  }));
  await continueSequences(model, sessions, sequences, 1);
  expect(found.length).toBeGreaterThan(2);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(nll[i] ?? Number.NaN, 3);
});

describe('sequences of the demo model', () => {
  let model: Model;
  beforeAll(async () => {
    model = await openModel(demoModel);
  });

  test('go on greedily with the same tokens in a batch of others as alone, and step by step', async () => {
    const prefixes = ['The sea was', 'It is', 'Once upon a time there was a'].map(text => model.tokenizer.encode(text));
    const together = await continueSequences(
      model,
      sessions,
      prefixes.map(prefix => ({ prefix, choose: greedy })),
      5,
    );
    for (const [i, prefix] of prefixes.entries()) {
      const alone: number[] = [];
      for (let step = 0; step < 5; step++) {
        const next = { prefix: [...prefix, ...alone], choose: greedy };
        alone.push(...((await continueSequences(model, sessions, [next], 1))[0] ?? []));
      }
      expect(together[i]).toEqual(alone);
    }
  });

  test('draw the same tokens for the same seed and others for another', async () => {
    const prefix = model.tokenizer.encode('The sea');
    const draws = [1, 1, 2].map(seed => ({ prefix, choose: multinomial([seed]) }));
    const [first, again, other] = await continueSequences(model, sessions, draws, 6);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
  });
});

test('draws follow the distribution', () => {
  const choose = multinomial([3]);
  const logits = Float32Array.of(Math.log(0.5), -100, Math.log(0.2), Math.log(0.3));
  const counts = [0, 0, 0, 0];
  const draws = 20_000;
  for (let i = 0; i < draws; i++) {
    const id = choose(logits);
    counts[id] = (counts[id] ?? 0) + 1;
  }
  for (const [id, share] of [0.5, 0, 0.2, 0.3].entries())
    expect(Math.abs((counts[id] ?? 0) / draws - share)).toBeLessThan(0.015);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { continueSequences, greedy, multinomial, type Prefix } from '../../../src/runtime/decoding/autoregressive.ts';
import { Embeddings } from '../../../src/runtime/decoding/embeddings.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { computations, mostDifferent } from '../../fixtures/names.ts';
import { demoModel, fixtureModel } from '../../support/paths.ts';
import { candidateOf, referenceOf, relativeError } from '../../support/reference.ts';
import { userErrorOf } from '../../support/user-error.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
afterAll(() => sessions.dispose());

const nllOf = (logits: Float32Array, id: number): number => {
  const greatest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - greatest), 0);
  return greatest + Math.log(sum) - (logits[id] ?? Number.NaN);
};

/** Takes given tokens, and keeps what the model thought of each, and the logits. */
function following(ids: readonly number[]) {
  const seen: { readonly nll: number; readonly logits: Float32Array }[] = [];
  const choose = (logits: Float32Array): number => {
    const id = ids[seen.length] ?? -1;
    seen.push({ nll: nllOf(logits, id), logits: Float32Array.from(logits) });
    return id;
  };
  return { choose, seen };
}

/** The logits after each beginning of a sequence from `first` parts on, each computed by a whole forward pass of its own. */
async function recomputed(model: Model, sequence: Prefix, first: number): Promise<Float32Array[]> {
  const embeddings = new Embeddings(model);
  const vectors = await Promise.all(sequence.map(part => (typeof part === 'number' ? embeddings.of(part) : part)));
  const targets = Array.from({ length: sequence.length - first + 1 }, (_, i) => ({
    protoTokens: vectors.slice(0, first + i),
    layout: { kinds: [...vectors.keys()].slice(0, first + i), positionOfToken: [first + i - 1] },
    tokens: Int32Array.of(0),
  }));
  return (await new Evaluator(model, sessions).lookClosely(targets, ({ logits }) => Float32Array.from(logits))).flat();
}

describe.each(computations)('%s, with a cache of keys and values,', name => {
  let model: Model;
  beforeAll(async () => {
    model = await openModel(fixtureModel(name));
  });

  test('finds every token as likely as PyTorch says, after every prefix', async () => {
    const { ids, nll } = referenceOf(name).autoregressive;
    const starts = [1, 2, 5];
    const followed = starts.map(start => ({ prefix: ids.slice(0, start), ...following(ids.slice(start)) }));
    await continueSequences(model, sessions, followed, ids.length - 1);
    for (const [i, start] of starts.entries()) {
      const found = followed[i]?.seen.slice(0, ids.length - start).map(token => token.nll) ?? [];
      expect(found).toHaveLength(ids.length - start);
      for (const [t, value] of found.entries()) expect(value).toBeCloseTo(nll[start - 1 + t] ?? Number.NaN, 3);
    }
  });

  // Further than the room that is made at a time, so that there is more made on the way.
  test.each(mostDifferent.includes(name) ? [0, 1, 2] : [2])(
    'goes on after %i [mem] vectors and a text as it does without, token by token',
    async memory => {
      const vectors = Array.from({ length: memory }, (_, i) => normalNumbers(model.config.hiddenSize, [i], 'mem'));
      const prefix = [...vectors, 3, 1, 4, 1, 5];
      const kept: Float32Array[] = [];
      const choose = (logits: Float32Array): number => {
        kept.push(Float32Array.from(logits));
        return greedy(logits);
      };
      const sequences = [
        { prefix, choose },
        { prefix, choose: greedy },
      ];
      const [ids = [], likeliest] = await continueSequences(model, sessions, sequences, 75);
      expect(ids).toHaveLength(75);
      expect(likeliest).toEqual(ids);
      const expected = await recomputed(model, [...prefix, ...ids.slice(0, -1)], prefix.length);
      expect(expected).toHaveLength(75);
      for (const [i, logits] of expected.entries()) {
        expect(relativeError(kept[i] ?? [], [...logits])).toBeLessThan(1e-4);
        // Two logits may be as near to each other as rounding is.
        expect(logits[ids[i] ?? -1]).toBeGreaterThan((logits[greedy(logits)] ?? 0) - 1e-3);
      }
    },
  );

  test('goes on with several sequences side by side as with each alone, whatever runs in between', async () => {
    const vector = normalNumbers(model.config.hiddenSize, [7], 'mem');
    const prefixes: Prefix[] = [[1, 2, 3], [vector, 2, 3], [4], [1, 2, 3], [vector, 9, 8]];
    const run = async (some: readonly Prefix[]): Promise<Float32Array[][]> => {
      const followed = some.map(prefix => ({ prefix, ...following([5, 6, 5, 7]) }));
      await continueSequences(model, sessions, followed, 4);
      return followed.map(({ seen }) => seen.map(({ logits }) => logits));
    };
    const alone = (await Promise.all(prefixes.map(prefix => run([prefix])))).flat();
    const training = new Evaluator(model, sessions);
    const [together] = await Promise.all([
      run(prefixes),
      training.evaluate(referenceOf(name).cases.slice(0, 2).map(candidateOf)),
    ]);
    for (const [i, sequence] of alone.entries())
      for (const [t, logits] of sequence.entries())
        expect(relativeError(together[i]?.[t] ?? [], [...logits])).toBeLessThan(1e-4);
  });
});

test('nothing is generated beyond the last position', async () => {
  const model = await openModel(fixtureModel('gpt2-tied-f32'));
  const sequences = [{ prefix: [1, 2, 3], choose: greedy }];
  const [ids] = await continueSequences(model, sessions, sequences, 126);
  expect(ids).toHaveLength(126);
  expect(await userErrorOf(() => continueSequences(model, sessions, sequences, 127))).toMatch(
    /takes 129 positions .* the model has 128; generate fewer/,
  );
});

test('a sequence that is stopped has the tokens until then, and is told how much is done', async () => {
  const model = await openModel(fixtureModel('llama-tied-bf16'));
  const shares: number[] = [];
  const stop = (share: number): boolean => {
    shares.push(share);
    return share >= 0.5;
  };
  const sequences = [1, 2].map(id => ({ prefix: [id], choose: greedy }));
  const generated = await continueSequences(model, sessions, sequences, 4, stop);
  expect(generated.map(({ length }) => length)).toEqual([2, 2]);
  expect(shares).toEqual([0, 0.25, 0.5]);
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

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scoreOf } from '../../../src/runtime/decoding/one-step.ts';
import { Cancelled } from '../../../src/runtime/errors.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { type BatchShape, partsOf, positionsAtOnce, solutionsAtOnce } from '../../../src/runtime/training/batch.ts';
import { type Candidate, Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { type ModelSession, Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureModel } from '../../support/paths.ts';

/** Has no memory for more than so many positions in one run. */
class SmallDevice extends Sessions {
  readonly runs: number[] = [];

  constructor(private readonly most: number) {
    super({ device: 'cpu', prepareWeights: true });
  }

  override async training(model: Model): Promise<ModelSession> {
    const loaded = await super.training(model);
    const { session } = loaded;
    const run = session.run.bind(session);
    session.run = async (shape, feeds) => {
      const positions = shape.batch * shape.positions;
      this.runs.push(positions);
      if (positions > this.most) throw new Error('std::bad_alloc');
      return await run(shape, feeds);
    };
    this.training = () => Promise.resolve(loaded);
    return loaded;
  }
}

describe('an evaluator', () => {
  let model: Model;
  const caches: Sessions[] = [];
  beforeAll(async () => {
    model = await openModel(fixtureModel('llama-tied-bf16'));
  });
  afterAll(async () => {
    for (const cache of caches) await cache.dispose();
  });

  const smallDevice = (most: number): SmallDevice => {
    const device = new SmallDevice(most);
    caches.push(device);
    return device;
  };
  const candidates = (count: number): Candidate[] =>
    Array.from({ length: count }, (_, i) => ({
      protoTokens: [normalNumbers(model.config.hiddenSize, [i], 'e'), normalNumbers(model.config.hiddenSize, [i], 'm')],
      layout: layoutOf('e-m-repeated', 8),
      tokens: Int32Array.from({ length: 8 }, (_, k) => (i + k) % model.config.vocabularySize),
    }));

  test('takes fewer candidates at a time when there is no memory for all, and remembers it', async () => {
    const [small, large] = [smallDevice(16), smallDevice(1000)];
    const evaluator = new Evaluator(model, small);
    const expected = await new Evaluator(model, large).evaluate(candidates(9));
    const found = await evaluator.evaluate(candidates(9));
    expect(large.runs).toEqual([72]);
    expect(small.runs.slice(0, 3)).toEqual([72, 32, 16]);
    for (const [i, { objective, predicted }] of expected.entries()) {
      expect(found[i]?.objective).toBeCloseTo(objective, 5);
      expect(found[i]?.predicted).toEqual(predicted);
    }
    const before = small.runs.length;
    await evaluator.evaluate(candidates(9));
    expect(Math.max(...small.runs.slice(before))).toBe(16);
  });

  test('gives up when there is no memory for one', async () => {
    const small = smallDevice(7);
    await expect(new Evaluator(model, small).evaluate(candidates(5))).rejects.toThrow(/not enough memory/);
    expect(small.runs).toEqual([40, 16, 8]);
  });
});

test('a card gets more at a time than a processor, but no more attention than a single long text has', () => {
  expect(solutionsAtOnce('cpu', 64)).toBe(8);
  expect(solutionsAtOnce('cuda', 64)).toBe(positionsAtOnce('cuda') / 64);
  for (const positions of [256, 512, 1024])
    expect(solutionsAtOnce('webgpu', positions) * positions ** 2).toBeLessThanOrEqual(Math.max(512, positions) ** 2);
  expect(solutionsAtOnce('cpu', 2048)).toBe(1);
});

/** Numbers in one head's attention of each forward pass. */
class Watched extends Sessions {
  readonly attentions: number[] = [];

  override async forward(model: Model): Promise<ModelSession> {
    const { session, passes } = await super.forward(model);
    const watched = Object.create(session);
    watched.run = (shape: BatchShape, feeds: Parameters<typeof session.run>[1], wanted: readonly string[]) => {
      this.attentions.push(shape.positions * (shape.past + shape.positions));
      return session.run(shape, feeds, wanted);
    };
    return { session: watched, passes };
  }
}

describe.each(['llama-tied-bf16', 'mistral-window-bf16', 'neox-parallel-f32'])(
  'a text that is longer than a pass: %s',
  name => {
    test('comes out in parts as it does at once, with a fraction of the attention', async () => {
      const model = await openModel(fixtureModel(name));
      const sessions = new Watched({ device: 'cpu', prepareWeights: true });
      const { hiddenSize, vocabularySize } = model.config;
      const length = 700;
      const target = {
        protoTokens: ['e', 'm'].map(kind => normalNumbers(hiddenSize, [1], kind)),
        layout: layoutOf('e-unguided-m-repeated', length),
        tokens: Int32Array.from({ length }, (_, i) => (7 * i) % vocabularySize),
      };
      // Among others, which are not in parts.
      const short = { ...target, layout: layoutOf('e-m-repeated', 5), tokens: target.tokens.slice(0, 5) };
      const evaluator = new Evaluator(model, sessions);
      const looks = await evaluator.look([short, target]);
      const scores = await evaluator.lookClosely([short, target], scoreOf);
      expect(Math.max(...sessions.attentions)).toBeLessThan((length * length) / 1.5);
      const [one, whole] = await evaluator.evaluate([short, target]);
      for (const [i, expected] of [one, whole].entries()) {
        expect(looks[i]?.predicted).toEqual(expected?.predicted);
        expect(scores[i]?.map(({ predicted }) => predicted)).toEqual([...(expected?.predicted ?? [])]);
        expect(scores[i]?.map(({ top }) => top[0]?.id)).toEqual([...(expected?.predicted ?? [])]);
        for (const [token, nll] of (expected?.nll ?? []).entries()) expect(looks[i]?.nll[token]).toBeCloseTo(nll, 3);
      }
      await sessions.dispose();
    });
  },
);

test('the longest text is read in parts whose attention is that of 512 positions, and ends where it is not wanted any more', async () => {
  expect(partsOf(512)).toEqual([{ first: 0, rows: 512, more: false }]);
  const parts = partsOf(4097);
  expect(parts.map(({ first }) => first)).toEqual(parts.map((_, i) => 64 * i));
  expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(4097);
  expect(parts.map(({ more }) => more)).toEqual(parts.map((_, i) => i < parts.length - 1));

  const model = await openModel(fixtureModel('llama-tied-bf16'));
  const sessions = new Watched({ device: 'cpu', prepareWeights: true });
  const vector = new Float32Array(model.config.hiddenSize).fill(0.5);
  const target = { protoTokens: [vector, vector], layout: layoutOf('e-m-repeated', 2999), tokens: Int32Array.of() };
  const evaluator = new Evaluator(model, sessions, { stop: () => sessions.attentions.length === 3 });
  await expect(evaluator.look([target])).rejects.toThrow(Cancelled);
  expect(sessions.attentions).toHaveLength(3);
  expect(Math.max(...sessions.attentions)).toBeLessThanOrEqual(512 * 512);
  await sessions.dispose();
});

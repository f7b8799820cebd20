import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { positionsAtOnce, solutionsAtOnce } from '../../../src/runtime/training/batch.ts';
import { type Candidate, Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { type ModelSession, Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureModel } from '../../support/paths.ts';

/** Has no memory for more than so many positions in one run. */
class SmallDevice extends Sessions {
  readonly runs: number[] = [];

  constructor(private readonly most: number) {
    super({ device: 'cpu', packWeights: true });
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

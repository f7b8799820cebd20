import { afterEach, describe, expect, test } from 'vitest';
import { openModel } from '../../../src/runtime/models/model.ts';
import { startOf } from '../../../src/runtime/training/problem.ts';
import { recipes } from '../../../src/runtime/training/recipe.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { plainSpreads, startSpreads, writtenByFirstLayer } from '../../../src/runtime/training/start.ts';
import { fixtureModel, inRepository } from '../../support/paths.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
afterEach(() => sessions.dispose());

/** What the transformers library (PyTorch) gives for 64 other draws: an e and 15 copies of an m, all N(0,1). */
const reference = [
  ['media/demo-model', 3.63],
  ['bench/models/neox-sibling', 1.18],
] as const;

describe('the width of the start', () => {
  test.each(reference)('is measured on %s as PyTorch measures it', async (folder, expected) => {
    const written = await writtenByFirstLayer(await openModel(inRepository(folder)), sessions);
    expect(Math.abs(written / expected - 1)).toBeLessThan(0.1);
  });

  test('is that of the vectors that stand at most positions', async () => {
    const model = await openModel(inRepository('media/demo-model'));
    const [e, m] = await startSpreads(recipes.lbfgs, 'e-m-repeated', model, sessions);
    expect([e, m]).toEqual([1, 4.6]);
    expect(await startSpreads(recipes.lbfgs, 'e-repeated', model, sessions)).toEqual([4.6, 1]);
    expect(await startSpreads(recipes.lbfgs, 'e-m-alternating', model, sessions)).toEqual([4.6, 4.6]);
  });

  test('is 1 in the recipe of the paper, and never less', async () => {
    const model = await openModel(inRepository('media/demo-model'));
    expect(await startSpreads(recipes.paper, 'e-m-repeated', model, sessions)).toEqual(plainSpreads);
    const quiet = await openModel(fixtureModel('llama-tied-bf16'));
    for (const spread of await startSpreads(recipes.lbfgs, 'e-m-repeated', quiet, sessions))
      expect(spread).toBeGreaterThanOrEqual(1);
  });

  test('is that of the numbers a problem begins with', () => {
    const width = 4000;
    const start = startOf({ members: [], trainable: 2, frozen: [], width, seed: [1], spreads: [1, 5] });
    const deviation = (vector: Float32Array): number => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0) / width);
    expect(deviation(start.subarray(0, width))).toBeCloseTo(1, 1);
    expect(deviation(start.subarray(width)) / 5).toBeCloseTo(1, 1);
  });
});

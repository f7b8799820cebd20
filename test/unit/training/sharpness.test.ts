import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { Attempt } from '../../../src/runtime/training/attempt.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import type { Problem } from '../../../src/runtime/training/problem.ts';
import { type Recipe, recipes, sharpnessAt } from '../../../src/runtime/training/recipe.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { advance } from '../../support/advance.ts';
import { fixtureModel } from '../../support/paths.ts';

const switchAt = 6;
const recipe: Recipe = {
  ...recipes.lbfgs,
  sharpness: [
    [0, 2],
    [switchAt, 16],
  ],
};
const budget = 12;

describe('a sharpness that grows', () => {
  let model: Model;
  let sessions: Sessions;
  beforeAll(async () => {
    model = await openModel(fixtureModel('llama-tied-bf16'));
    sessions = new Sessions({ device: 'cpu', prepareWeights: true });
  });
  afterAll(() => sessions.dispose());

  /** More tokens than two vectors of this model hold, so that no attempt ends early. */
  function problem(): Problem {
    const tokens = Int32Array.from({ length: 40 }, (_, i) => (37 * i + 5) % model.config.vocabularySize);
    const members = [{ tokens, layout: layoutOf('e-m-repeated', tokens.length), vectors: [0, 1] }];
    return { members, trainable: 2, frozen: [], width: model.config.hiddenSize, seed: [3] };
  }

  test('is what the first and the later evaluations are asked with', () => {
    const at = (evaluation: number) => sharpnessAt(recipe, evaluation);
    expect([0, 1, switchAt - 1].map(at)).toEqual([2, 2, 2]);
    expect([switchAt, 1000].map(at)).toEqual([16, 16]);
  });

  test('asks for the best point so far again when it grows', async () => {
    const attempt = new Attempt(problem(), recipe, budget);
    const evaluator = new Evaluator(model, sessions);
    const objectives: number[] = [];
    for (let step = 0; step < switchAt; step++) {
      await advance([attempt], evaluator);
      objectives.push(attempt.latest[0]?.objective ?? Number.NaN);
    }
    const [candidate] = attempt.candidates();
    if (!candidate) throw new Error('there is no candidate');
    expect(candidate.sharpness).toBe(16);
    const [again] = await evaluator.evaluate([{ ...candidate, sharpness: 2 }]);
    expect(again?.objective).toBeCloseTo(Math.min(...objectives), 4);
    await advance([attempt], evaluator);
    expect(attempt.latest[0]?.objective).toBeGreaterThan(Math.min(...objectives));
  });

  test('goes on after a restart as if there had been none, at the switch too', async () => {
    for (const broken of [switchAt - 1, switchAt, switchAt + 1]) {
      const whole = new Attempt(problem(), recipe, budget);
      const evaluator = new Evaluator(model, sessions);
      for (let step = 0; step < broken; step++) await advance([whole], evaluator);
      const resumed = new Attempt(problem(), recipe, budget, structuredClone(whole.state()));
      for (let step = broken; step < budget; step++) await advance([whole, resumed], evaluator);
      expect(resumed.state()).toEqual(whole.state());
    }
  });
});

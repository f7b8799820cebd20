import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { feedsOf, shapeOf } from '../../../bench/device-step.ts';
import type { FrozenModel } from '../../../src/runtime/models/frozen-model.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import type { DeviceName } from '../../../src/runtime/onnxruntime/device-names.ts';
import { endlessRoom } from '../../../src/runtime/onnxruntime/memory.ts';
import { floats } from '../../../src/runtime/onnxruntime/session.ts';
import { ShapedSession } from '../../../src/runtime/onnxruntime/shaped-session.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { Attempt } from '../../../src/runtime/training/attempt.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { modelGraph, type Precision } from '../../../src/runtime/training/model-graph.ts';
import { candidatesAt, type Problem } from '../../../src/runtime/training/problem.ts';
import { type Recipe, recipes } from '../../../src/runtime/training/recipe.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureNames } from '../../fixtures/names.ts';
import { advance } from '../../support/advance.ts';
import { fixtureModel } from '../../support/paths.ts';
import { candidateOf, cosine, referenceOf, relativeError } from '../../support/reference.ts';

const recipe = recipes['lbfgs-draft'];
const draftedFor = (share: number, patience: number): Recipe => ({
  ...recipe,
  draft: { ...recipe.draft, int8: { share, patience } },
});

test.each(fixtureNames)('%s: gradients in 8 bits point where those in float32 do', async name => {
  const model = await openModel(fixtureModel(name));
  const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
  const evaluator = new Evaluator(model, sessions);
  for (const reference of referenceOf(name).cases) {
    const candidate = candidateOf(reference);
    const [exact, draft] = await evaluator.evaluate([candidate, { ...candidate, precision: 'low' }]);
    if (!exact || !draft) throw new Error('there is no evaluation');
    expect(draft.objective).not.toBe(exact.objective);
    expect(draft.objective / exact.objective).toBeGreaterThan(0.9);
    expect(draft.objective / exact.objective).toBeLessThan(1.1);
    for (const [kind, gradient] of exact.gradients.entries())
      if (gradient.some(x => x !== 0))
        expect(cosine(gradient, draft.gradients[kind] ?? gradient)).toBeGreaterThan(0.95);
  }
  await sessions.dispose();
});

/** What a graph computes on the processor for the same vectors and targets. */
async function computed(model: FrozenModel, device: DeviceName, precision: Precision) {
  const graph = modelGraph(model, 'training', { device, prepareWeights: true }, precision);
  const session = await ShapedSession.create(graph, { device: 'cpu', prepareWeights: true });
  const size = { tokens: 6, batch: 2 };
  try {
    const outputs = await session.run({ ...shapeOf(size), looked: 1 }, feedsOf(model, size), ['nll', 'gradient']);
    return { nll: floats(outputs, 'nll'), gradient: floats(outputs, 'gradient') };
  } finally {
    await session.dispose();
  }
}

// The processor's runtime rounds the weights of such a graph and nothing else; webgpu.test.ts has all of the rounding.
test.each(fixtureNames)('%s: with its weights in 16 bits the graph of a card is right', async name => {
  const model = await openModel(fixtureModel(name));
  const [exact, draft] = [await computed(model, 'cuda', 'float32'), await computed(model, 'cuda', 'low')];
  expect(relativeError(draft.nll, [...exact.nll])).toBeLessThan(5e-3);
  expect(cosine(draft.gradient, exact.gradient)).toBeGreaterThan(0.999);
  expect(draft.gradient).not.toEqual(exact.gradient);
});

describe('a training that is drafted at low precision', () => {
  let model: Model;
  let sessions: Sessions;
  let evaluator: Evaluator;
  beforeAll(async () => {
    model = await openModel(fixtureModel('llama-tied-bf16'));
    sessions = new Sessions({ device: 'cpu', prepareWeights: true });
    evaluator = new Evaluator(model, sessions);
  });
  afterAll(() => sessions.dispose());

  function problem(length: number): Problem {
    const tokens = Int32Array.from({ length }, (_, i) => (37 * i + 5) % model.config.vocabularySize);
    const members = [{ tokens, layout: layoutOf('e-m-repeated', length), vectors: [0, 1] }];
    return { members, trainable: 2, frozen: [], width: model.config.hiddenSize, seed: [3] };
  }

  /** Trains to the end. @returns the precision of each evaluation */
  async function train(attempt: Attempt): Promise<(string | undefined)[]> {
    const precisions: (string | undefined)[] = [];
    while (!attempt.finished) {
      precisions.push(attempt.candidates()[0]?.precision);
      await advance([attempt], evaluator);
    }
    return precisions;
  }

  test('ends in float32, and what it keeps is right there', async () => {
    const attempt = new Attempt(problem(4), recipe, 300);
    const precisions = await train(attempt);
    const switched = precisions.indexOf('float32');
    expect(switched).toBeGreaterThan(0);
    expect(new Set(precisions.slice(0, switched))).toEqual(new Set(['low']));
    expect(new Set(precisions.slice(switched))).toEqual(new Set(['float32']));
    expect(attempt.perfect).toBe(true);
    const [exact] = await evaluator.look(candidatesAt(attempt.problem, attempt.kept?.point ?? new Float32Array(), {}));
    expect(exact?.predicted).toEqual(attempt.problem.members[0]?.tokens);
  });

  test('goes on in float32 from the point where the draft no longer gets on', async () => {
    const patience = 3;
    const stubborn = draftedFor(1, patience);
    const attempt = new Attempt(problem(40), stubborn, 60);
    const correct: number[] = [];
    while (attempt.candidates()[0]?.precision === 'low') {
      await advance([attempt], evaluator);
      correct.push(attempt.kept?.correct ?? 0);
    }
    const best = Math.max(...correct);
    expect(correct.length - 1 - correct.indexOf(best)).toBe(patience);
    expect(attempt.steps).toBeLessThan(60);
    await advance([attempt], evaluator);
    const look = await evaluator.look(candidatesAt(attempt.problem, attempt.kept?.point ?? new Float32Array(), {}));
    expect(attempt.kept?.outcomes[0]?.predicted).toEqual(look[0]?.predicted);
  });

  test.each([1, 2, 9])('has its last evaluation of %i in float32, whatever the draft says', async budget => {
    const attempt = new Attempt(problem(40), draftedFor(1, 100), budget);
    expect(await train(attempt)).toEqual([...new Array(budget - 1).fill('low'), 'float32']);
    const look = await evaluator.look(candidatesAt(attempt.problem, attempt.kept?.point ?? new Float32Array(), {}));
    expect(attempt.kept?.outcomes[0]?.predicted).toEqual(look[0]?.predicted);
  });

  test('is one without a draft where nothing is computed at low precision', async () => {
    const exactly = new Sessions({ device: 'cpu', prepareWeights: true }, { ...endlessRoom, drafts: false });
    const states = [];
    for (const either of [recipe, recipes.lbfgs]) {
      const attempt = new Attempt(problem(12), either, 8);
      while (!attempt.finished) await advance([attempt], new Evaluator(model, exactly));
      states.push(attempt.state());
    }
    expect(states[0]).toEqual(states[1]);
    await exactly.dispose();
  });

  test('goes on after a restart as if there had been none, in the draft and after it', async () => {
    const whole = new Attempt(problem(12), recipe, 40);
    const states = [];
    for (let step = 0; step < 40 && !whole.finished; step++) {
      states.push(structuredClone(whole.state()));
      await advance([whole], evaluator);
    }
    const switched = states.findIndex(({ draft }, i) => i > 0 && !draft);
    expect(switched).toBeGreaterThan(1);
    for (const broken of [1, switched - 1, switched, switched + 1]) {
      const resumed = new Attempt(problem(12), recipe, 40, states[broken]);
      while (resumed.steps < whole.steps) await advance([resumed], evaluator);
      expect(resumed.state()).toEqual(whole.state());
    }
  });
});

import type { Graph } from '../src/runtime/graph/graph.ts';
import type { FrozenModel } from '../src/runtime/models/frozen-model.ts';
import { defaultArrangement, layoutOf, protoTokenKinds } from '../src/runtime/training/arrangement.ts';
import { type Candidate, Evaluator } from '../src/runtime/training/evaluator.ts';
import { deviceGraph } from '../src/runtime/training/model-graph.ts';
import { normalNumbers } from '../src/runtime/training/random.ts';
import type { Sessions } from '../src/runtime/training/sessions.ts';
import type { Way } from './device-step.ts';

/** The step as training does it: from two vectors to nll, predictions and both gradients. The first call loads the graph. */
export function trainingStep(model: FrozenModel, tokens: number, sessions: Sessions): () => Promise<void> {
  const { hiddenSize, vocabularySize } = model.config;
  const candidate: Candidate = {
    protoTokens: protoTokenKinds.map(kind => normalNumbers(hiddenSize, [0], kind)),
    layout: layoutOf(defaultArrangement, tokens),
    tokens: Int32Array.from({ length: tokens }, () => Math.floor(Math.random() * vocabularySize)),
  };
  const evaluator = new Evaluator(model, sessions);
  return async () => {
    const [result] = await evaluator.evaluate([candidate]);
    if (!Number.isFinite(result?.objective)) throw new Error('the step gave no finite objective');
  };
}

/** The graph that such a step runs. */
export function stepGraph(model: FrozenModel, tokens: number, { device, precision }: Way): Graph {
  const shape = { batch: 1, positions: tokens, kinds: protoTokenKinds.length, past: 0, looked: 1 };
  return deviceGraph(model, shape, 'training', { device, prepareWeights: true }, precision);
}

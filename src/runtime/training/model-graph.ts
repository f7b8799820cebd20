import { appendGradients } from '../graph/backward.ts';
import { type EveryShape, forEveryShape } from '../graph/every-shape.ts';
import { type Graph, GraphBuilder } from '../graph/graph.ts';
import { withNarrowProducts } from '../graph/narrow-products.ts';
import { withStoredWeights } from '../graph/stored-weights.ts';
import { cachedContext } from '../models/architectures/context.ts';
import { hiddenStates } from '../models/architectures/index.ts';
import { placedRows } from '../models/architectures/rows.ts';
import type { ModelConfig } from '../models/config.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { Weights } from '../models/weights.ts';
import type { BatchShape } from './batch.ts';
import { type GraphPlace, rowsPerPart, styleOf } from './graph-style.ts';

const preparedOnCpu: GraphPlace = { device: 'cpu', prepareWeights: true };

/** With the backward pass, for training and all else; or forward only, which takes half of the memory. */
export type Passes = 'training' | 'forward';

/** The outputs with the logits, one for each part of the vocabulary. */
export function logitsNames(config: ModelConfig, place: GraphPlace): string[] {
  const parts = Math.ceil(config.vocabularySize / rowsPerPart(styleOf(place), config));
  return Array.from({ length: parts }, (_, part) => `logits_${part}`);
}

/**
 * One evaluation of the objective of the paper (its loss, equation 1 of version 2) and, where it is asked for, its
 * gradient, for a batch of independent solutions. Decoding, scoring and generating run the same graph without the
 * gradient; what is generated token by token goes on from the keys and values that earlier runs have given.
 *
 * Inputs: vectors [B,K,d]; placement [B,R,K], one-hot: the arrangement; targets int32 [B·R,1]; looked int32 [L], rows
 * whose logits are wanted; where the rows stand and what was before them, as `cachedContext` has it; and for training sharpness [B·R,1], token_weights [B,R], zero where an output is not guided,
 * and wants_gradient, bool [1].
 * Outputs: nll [B,R] at sharpness 1, predicted int32 [B,R], logits_0, logits_1 ... [L, part of the vocabulary]; and for
 * training objective [B] (weighted sum of the sharpened cross-entropy) and gradient [B,K,d] of each solution's own
 * objective, of no meaning unless it is wanted. Keys and values of the rows as `cachedContext` has them.
 */
export function buildModelGraph(
  { config, checkpoint }: FrozenModel,
  shape: BatchShape,
  passes: Passes,
  place: GraphPlace = preparedOnCpu,
): Graph {
  const style = styleOf(place);
  const { batch, positions, kinds, looked } = shape;
  const rows = batch * positions;
  const graph = new GraphBuilder(style.fused);
  const vectors = graph.input('vectors', 'float32', [batch, kinds, config.hiddenSize]);
  const placement = graph.input('placement', 'float32', [batch, positions, kinds]);
  const targets = graph.input('targets', 'int32', [rows, 1]);
  const wanted = graph.input('looked', 'int32', [looked]);
  const weights = new Weights(graph, checkpoint, style.joinsProjections);
  const context = cachedContext(graph, config, shape);
  const hidden = hiddenStates(graph, config, weights, placedRows(graph, vectors, placement), context);
  const parts = weights.parts(config.head, rowsPerPart(style, config));
  const training = passes === 'training';
  const sharpness = training
    ? graph.input('sharpness', 'float32', [rows, 1])
    : graph.constant(new Float32Array(rows).fill(1), [rows, 1]);
  const outputs = graph.applyAll('VocabularyCrossEntropy', [hidden, targets, sharpness, wanted, ...parts], {});
  const [nll, predicted, loss, , ...logits] = outputs;
  if (!nll || !predicted || !loss) throw new Error('the cross-entropy lacks an output');
  graph.output('nll', graph.reshape(nll, [batch, positions]));
  graph.output('predicted', graph.reshape(predicted, [batch, positions]));
  for (const [i, part] of logits.entries()) graph.output(`logits_${i}`, part);
  if (!training) return graph;

  const tokenWeights = graph.input('token_weights', 'float32', [batch, positions]);
  const weighted = graph.multiply(graph.reshape(loss, [batch, positions]), tokenWeights);
  const objective = graph.reshape(graph.sum(weighted, [1]), [batch]);
  graph.output('objective', objective);
  const wantsGradient = graph.input('wants_gradient', 'bool', [1]);
  const [gradient] = graph.when(wantsGradient, () => appendGradients(graph, objective, [vectors]));
  if (!gradient) throw new Error('there is no gradient');
  graph.output('gradient', gradient);
  return graph;
}

/** Shapes without an extent in common. */
const examples: readonly [BatchShape, BatchShape] = [
  { batch: 2, positions: 24, kinds: 3, past: 11, looked: 5 },
  { batch: 7, positions: 40, kinds: 4, past: 13, looked: 6 },
];

/** Of the products with frozen weights; low is what a device has for that. Everything else is float32 always. */
export type Precision = 'float32' | 'low';

/**
 * The graph of a model for one shape, as a device runs it best.
 *
 * @param precision at low precision weights are prepared in any case
 */
export function deviceGraph(
  model: FrozenModel,
  shape: BatchShape,
  passes: Passes,
  place: GraphPlace,
  precision: Precision,
): Graph {
  const graph = buildModelGraph(model, shape, passes, place);
  if (precision === 'low') return withNarrowProducts(graph, styleOf(place).narrowing);
  return place.prepareWeights ? graph : withStoredWeights(graph);
}

/** The same for all shapes. */
export function modelGraph(
  model: FrozenModel,
  passes: Passes,
  place: GraphPlace = preparedOnCpu,
  precision: Precision = 'float32',
): EveryShape<BatchShape> {
  return forEveryShape(shape => deviceGraph(model, shape, passes, place, precision), examples);
}

import { appendGradients } from '../graph/backward.ts';
import { type Graph, GraphBuilder } from '../graph/graph.ts';
import { hiddenStates } from '../models/architectures/index.ts';
import { placedRows } from '../models/architectures/rows.ts';
import { type FrozenModel, vocabularyParts } from '../models/frozen-model.ts';
import { Weights } from '../models/weights.ts';
import type { BatchShape } from './batch.ts';

/**
 * One evaluation of the objective of the paper (its loss, equation 1 of version 2) and its gradient, for a batch of
 * independent solutions.
 *
 * Inputs: proto_tokens [B,K,d]; placement [B,R,K], one-hot: the arrangement; targets int32 [B·R,1]; token_weights [B,R],
 * zero where an output is not guided; sharpness [B·R,1] (only when `sharpened`).
 * Outputs: nll [B,R] at sharpness 1, predicted int32 [B,R], objective [B] (weighted sum of the sharpened cross-entropy),
 * gradient [B,K,d] of each solution's own objective.
 */
export function buildStepGraph({ config, checkpoint }: FrozenModel, shape: BatchShape, sharpened: boolean): Graph {
  const { batch, positions, kinds } = shape;
  const rows = batch * positions;
  const graph = new GraphBuilder();
  const protoTokens = graph.input('proto_tokens', 'float32', [batch, kinds, config.hiddenSize]);
  const placement = graph.input('placement', 'float32', [batch, positions, kinds]);
  const targets = graph.input('targets', 'int32', [rows, 1]);
  const tokenWeights = graph.input('token_weights', 'float32', [batch, positions]);
  const sharpness = sharpened ? [graph.input('sharpness', 'float32', [rows, 1])] : [];

  const weights = new Weights(graph, checkpoint);
  const hidden = hiddenStates(graph, config, weights, placedRows(graph, protoTokens, placement));
  const parts = vocabularyParts(weights, config, rows);
  const [nll, predicted, loss] = graph.applyAll('VocabularyCrossEntropy', [hidden, targets, ...sharpness, ...parts], {
    sharpened,
  });
  if (!nll || !predicted || !loss) throw new Error('the cross-entropy lacks an output');
  const weighted = graph.multiply(graph.reshape(loss, [batch, positions]), tokenWeights);
  const objective = graph.reshape(graph.sum(weighted, [1]), [batch]);
  const [gradient] = appendGradients(graph, objective, [protoTokens]);
  if (!gradient) throw new Error('there is no gradient');

  graph.output('nll', graph.reshape(nll, [batch, positions]));
  graph.output('predicted', graph.reshape(predicted, [batch, positions]));
  graph.output('objective', objective);
  graph.output('gradient', gradient);
  return graph;
}

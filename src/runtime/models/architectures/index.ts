import type { GraphBuilder } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Weights } from '../weights.ts';
import { type AttentionContext, plainContext } from './context.ts';
import type { ModelConfig } from './description.ts';
import { norm, residual } from './layer.ts';
import type { Rows } from './rows.ts';

/**
 * The frozen model's forward pass up to the output projection: rows in, hidden states [batch · positions, d] after the
 * final norm out. Rows take the place of embeddings as `inputs_embeds` of transformers do: a scale of the embedding is
 * theirs already, learned positions are added here.
 *
 * @param context where the rows stand, and what they may look at
 */
export function hiddenStates(
  graph: GraphBuilder,
  config: ModelConfig,
  weights: Weights,
  rows: Rows,
  context: AttentionContext,
): Tensor {
  return norm(graph, config, weights, config.finalNorm, residual(graph, config, weights, rows, context));
}

/** What the first layer leaves of the rows that it is given: [batch · positions, d]. */
export function afterFirstLayer(graph: GraphBuilder, config: ModelConfig, weights: Weights, rows: Rows): Tensor {
  const first = { ...config, layers: 1 };
  return residual(graph, first, weights, rows, plainContext(graph, first, rows.positions));
}

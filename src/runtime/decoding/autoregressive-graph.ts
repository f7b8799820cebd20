import { type Graph, GraphBuilder } from '../graph/graph.ts';
import { embeddingMatrix, hiddenStates, outputProjection } from '../models/architectures/index.ts';
import { plainRows } from '../models/architectures/rows.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { Weights } from '../models/weights.ts';

/** Sequences of tokens and given vectors, padded at the end. */
export interface SequenceShape {
  readonly batch: number;
  readonly positions: number;
}

/**
 * What the model says after each of several sequences. A position holds the embedding of a token, or a vector that is
 * given as it is.
 *
 * Inputs: tokens int32 [B·R]; is_token [B·R,1], 1 or 0; vectors [B·R,d], zero where a token stands; last [B,1,R],
 * one-hot: each sequence's last position. Output: logits [B,V] of the token after it.
 */
export function buildNextTokenGraph({ config, checkpoint }: FrozenModel, { batch, positions }: SequenceShape): Graph {
  const rows = batch * positions;
  const width = config.hiddenSize;
  const graph = new GraphBuilder();
  const tokens = graph.input('tokens', 'int32', [rows]);
  const isToken = graph.input('is_token', 'float32', [rows, 1]);
  const vectors = graph.input('vectors', 'float32', [rows, width]);
  const last = graph.input('last', 'float32', [batch, 1, positions]);
  const weights = new Weights(graph, checkpoint);
  const embedded = graph.apply('Gather', [weights.get(embeddingMatrix(config)), tokens], {});
  const input = graph.add(vectors, graph.multiply(embedded, isToken));
  const hidden = hiddenStates(graph, config, weights, plainRows(batch, positions, input));
  const picked = graph.matmul(last, graph.reshape(hidden, [batch, positions, width]));
  graph.output('logits', graph.linear(graph.reshape(picked, [batch, width]), weights.get(outputProjection(config))));
  return graph;
}

import type { GraphBuilder } from '../../graph/graph.ts';
import { extent, type Tensor } from '../../graph/tensor.ts';
import { type Rotary, type RotaryTables, rotate } from './rotary.ts';

/**
 * Sees the attention of a layer, the layers in their order: weights [batch, groups, heads per group, n, past + n], row i
 * being what position i pays to each position. Nodes that it appends change nothing else of the graph.
 */
export type AttentionObserver = (attention: Tensor) => void;

/** What the attention of all layers has in common: where the rows stand, and what they may look at. */
export interface AttentionContext {
  readonly rotary: Rotary;
  /** Of the rows' positions; for queries scaled by 1/sqrt(headSize), which costs nothing here. */
  readonly turns: { readonly query: RotaryTables<Tensor>; readonly key: RotaryTables<Tensor> };
  /** [n, past + n]: what is added to the scores, 0 where a row may look. */
  readonly mask: Tensor;
  /** Puts what earlier rows have left before the keys and values [batch, groups, n, headSize] of a layer, in turn. */
  readonly withPast: (key: Tensor, value: Tensor) => readonly [key: Tensor, value: Tensor];
  readonly observe: AttentionObserver | undefined;
}

/**
 * Causal attention with grouped queries: the heads of a group are folded into the rows of the query, so keys and
 * values are never repeated.
 *
 * @param query [batch, groups, heads per group, n, headSize]
 * @param key,value [batch, groups, n, headSize]
 * @returns [batch · n, heads · headSize], heads in the order (group, head in group)
 */
export function causalAttention(
  graph: GraphBuilder,
  { rotary, turns, mask, withPast, observe }: AttentionContext,
  query: Tensor,
  key: Tensor,
  value: Tensor,
): Tensor {
  const [batch, groups, perGroup, n, headSize] = [0, 1, 2, 3, 4].map(axis => extent(query.shape, axis)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [keys, values] = withPast(rotate(graph, key, rotary, turns.key), value);
  const all = extent(keys.shape, 2);
  const folded = graph.reshape(rotate(graph, query, rotary, turns.query), [batch, groups, perGroup * n, headSize]);
  const scores = graph.matmul(folded, graph.transpose(keys, [0, 1, 3, 2]));
  const paid = graph.softmax(graph.add(graph.reshape(scores, [batch, groups, perGroup, n, all]), mask));
  observe?.(paid);
  const attention = graph.reshape(paid, [batch, groups, perGroup * n, all]);
  const mixed = graph.reshape(graph.matmul(attention, values), [batch, groups, perGroup, n, headSize]);
  return graph.reshape(graph.transpose(mixed, [0, 3, 1, 2, 4]), [batch * n, groups * perGroup * headSize]);
}

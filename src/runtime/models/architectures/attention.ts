import type { GraphBuilder } from '../../graph/graph.ts';
import { extent, type Tensor } from '../../graph/tensor.ts';
import { type Rotary, type RotaryTables, rotate } from './rotary.ts';

/**
 * Sees the attention of a layer, the layers in their order: weights [batch, groups, heads per group, n, past + n], row i
 * being what position i pays to each position. Nodes that it appends change nothing else of the graph.
 */
export type AttentionObserver = (attention: Tensor) => void;

/** How the heads of a layer turn with the rows' positions. */
export interface Turning {
  readonly rotary: Rotary;
  /** Those of queries are scaled as the attention wants it, which costs nothing here. */
  readonly query: RotaryTables<Tensor>;
  readonly key: RotaryTables<Tensor>;
}

/** Where the rows stand for one layer, and what they may look at. */
export interface LayerContext {
  /** Undefined where nothing turns; queries are scaled by a factor of rank 0 instead. */
  readonly turning: Turning | { readonly rotary?: undefined; readonly scale: Tensor };
  /** [n, past + n]: what is added to the scores, 0 where a row may look. */
  readonly mask: Tensor;
  /** Puts what earlier rows have left before the keys and values [batch, groups, n, headSize]. */
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
  { turning, mask, withPast, observe }: LayerContext,
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
  const [keys, values] = withPast(turning.rotary ? rotate(graph, key, turning.rotary, turning.key) : key, value);
  const all = extent(keys.shape, 2);
  const placed = turning.rotary
    ? rotate(graph, query, turning.rotary, turning.query)
    : graph.multiply(query, turning.scale);
  const folded = graph.reshape(placed, [batch, groups, perGroup * n, headSize]);
  const scores = graph.matmul(folded, graph.transpose(keys, [0, 1, 3, 2]));
  const paid = graph.softmax(graph.add(graph.reshape(scores, [batch, groups, perGroup, n, all]), mask));
  observe?.(paid);
  const attention = graph.reshape(paid, [batch, groups, perGroup * n, all]);
  const mixed = graph.reshape(graph.matmul(attention, values), [batch, groups, perGroup, n, headSize]);
  return graph.reshape(graph.transpose(mixed, [0, 3, 1, 2, 4]), [batch * n, groups * perGroup * headSize]);
}

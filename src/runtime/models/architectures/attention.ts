import type { GraphBuilder } from '../../graph/graph.ts';
import { extent, type Tensor } from '../../graph/tensor.ts';
import type { RotaryTables } from './rotary.ts';

/**
 * Sees the attention of a layer, the layers in their order: weights [batch, groups, heads per group · n, past + n], row i
 * of each head being what position i pays to each position. Nodes that it appends change nothing else of the graph.
 */
export type AttentionObserver = (attention: Tensor) => void;

/** How the heads of a layer turn with the rows' positions. */
export interface Turning {
  /** Those of queries are scaled as the attention wants it where all of a head turns: it costs nothing there. */
  readonly query: RotaryTables<Tensor>;
  readonly key: RotaryTables<Tensor>;
}

/** Where the rows stand for one layer, and what they may look at. */
export interface LayerContext {
  /** Null where nothing turns. */
  readonly turning: Turning | null;
  /** What queries are multiplied by, [headSize]; null where they are scaled already. */
  readonly scale: Tensor | null;
  /** [heads per group · n, past + n]: what is added to the scores, 0 where a row may look; the same for each head. */
  readonly mask: Tensor;
  /** Puts what earlier rows have left before the keys and values [batch, groups, n, headSize]. */
  readonly withPast: (key: Tensor, value: Tensor) => readonly [key: Tensor, value: Tensor];
  readonly observe: AttentionObserver | undefined;
}

/**
 * Causal attention with grouped queries: the heads of a group are folded into the rows of the query, so keys and
 * values are never repeated.
 *
 * @param query [batch, heads, n, headSize], heads in the order (group, head in group)
 * @param key,value [batch, groups, n, headSize]
 * @returns [batch · n, heads · headSize]
 */
export function causalAttention(
  graph: GraphBuilder,
  { turning, scale, mask, withPast, observe }: LayerContext,
  query: Tensor,
  key: Tensor,
  value: Tensor,
): Tensor {
  const [batch, heads, n, headSize] = [0, 1, 2, 3].map(axis => extent(query.shape, axis)) as [
    number,
    number,
    number,
    number,
  ];
  const turned = (x: Tensor, tables: RotaryTables<Tensor> | undefined): Tensor =>
    tables ? graph.apply('Rotate', [x, tables.cosine, tables.sine], {}) : x;
  const [keys, values] = withPast(turned(key, turning?.key), value);
  const groups = extent(keys.shape, 1);
  const placed = turned(query, turning?.query);
  const scaled = scale ? graph.multiply(placed, scale) : placed;
  const folded = groups === heads ? scaled : graph.reshape(scaled, [batch, groups, (heads / groups) * n, headSize]);
  const scores = graph.matmul(folded, graph.transpose(keys, [0, 1, 3, 2]));
  const paid = graph.softmax(graph.add(scores, mask));
  observe?.(paid);
  const mixed = graph.matmul(paid, values);
  const ofHeads = groups === heads ? mixed : graph.reshape(mixed, [batch, heads, n, headSize]);
  return graph.reshape(graph.transpose(ofHeads, [0, 2, 1, 3]), [batch * n, heads * headSize]);
}

import type { GraphBuilder } from '../../graph/graph.ts';
import { extent, type Tensor } from '../../graph/tensor.ts';

/** Large enough that its exponential is zero in float32 beside any real score; finite, so that 0 · it is no NaN. */
const masked = -1e30;

/** [n,n]: 0 where a position may look, `masked` after it. */
function causalMask(graph: GraphBuilder, positions: number): Tensor {
  return graph.table(`causal mask ${positions}`, [positions, positions], () =>
    Float32Array.from({ length: positions * positions }, (_, i) =>
      i % positions > Math.floor(i / positions) ? masked : 0,
    ),
  );
}

/**
 * Sees the attention of a layer, the layers in their order: weights [batch, groups, heads per group, n, n], row i being
 * what position i pays to each position. Nodes that it appends change nothing else of the graph.
 */
export type AttentionObserver = (attention: Tensor) => void;

/**
 * Causal attention with grouped queries: the heads of a group are folded into the rows of the query, so keys and
 * values are never repeated.
 *
 * @param query [batch, groups, heads per group, n, headSize], scaled by 1/sqrt(headSize)
 * @param key,value [batch, groups, n, headSize]
 * @returns [batch · n, heads · headSize], heads in the order (group, head in group)
 */
export function causalAttention(
  graph: GraphBuilder,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  observe?: AttentionObserver,
): Tensor {
  const [batch, groups, perGroup, n, headSize] = [0, 1, 2, 3, 4].map(axis => extent(query.shape, axis)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const folded = graph.reshape(query, [batch, groups, perGroup * n, headSize]);
  const scores = graph.matmul(folded, graph.transpose(key, [0, 1, 3, 2]));
  const open = graph.add(graph.reshape(scores, [batch, groups, perGroup, n, n]), causalMask(graph, n));
  const paid = graph.softmax(open);
  observe?.(paid);
  const attention = graph.reshape(paid, [batch, groups, perGroup * n, n]);
  const mixed = graph.reshape(graph.matmul(attention, value), [batch, groups, perGroup, n, headSize]);
  return graph.reshape(graph.transpose(mixed, [0, 3, 1, 2, 4]), [batch * n, groups * perGroup * headSize]);
}

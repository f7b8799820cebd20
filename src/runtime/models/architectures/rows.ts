import type { GraphBuilder } from '../../graph/graph.ts';
import { extent, type Tensor } from '../../graph/tensor.ts';

/**
 * The input rows of a layer. In the first layer most rows are equal (all copies of `m`), so only the distinct ones are
 * held: everything that looks at each row alone is computed on those, and expanded to all positions afterwards.
 */
export interface Rows {
  readonly batch: number;
  readonly positions: number;
  /** [distinct rows, d] */
  readonly distinct: Tensor;
  /** [distinct rows, w] -> [batch · positions, w] */
  readonly expand: (x: Tensor) => Tensor;
}

/** Rows that are all distinct: [batch · positions, d]. */
export function plainRows(batch: number, positions: number, values: Tensor): Rows {
  return { batch, positions, distinct: values, expand: x => x };
}

/**
 * Rows that are copies of a few proto-tokens.
 *
 * @param protoTokens [batch, kinds, d]
 * @param placement [batch, positions, kinds], one-hot: which proto-token stands at which position
 */
export function placedRows(graph: GraphBuilder, protoTokens: Tensor, placement: Tensor): Rows {
  const [batch, positions, kinds] = [0, 1, 2].map(axis => extent(placement.shape, axis)) as [number, number, number];
  return {
    batch,
    positions,
    distinct: graph.reshape(protoTokens, [batch * kinds, extent(protoTokens.shape, 2)]),
    expand: x => {
      const width = extent(x.shape, 1);
      const placed = graph.matmul(placement, graph.reshape(x, [batch, kinds, width]));
      return graph.reshape(placed, [batch * positions, width]);
    },
  };
}

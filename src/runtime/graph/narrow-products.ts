import { dependents } from './backward.ts';
import type { Graph, GraphBuilder } from './graph.ts';
import { lower, rewrite } from './lowering.ts';
import type { Tensor } from './tensor.ts';

/** Of fewer bits than float32. */
export type NarrowFormat = 'int8' | 'float16';

/** How a graph works with a frozen matrix in fewer bits. */
export interface Narrowing {
  readonly format: NarrowFormat;
  /** x [m,k] times the matrix [k,n], or [n,k] when transposed. */
  product(graph: GraphBuilder, x: Tensor, matrix: Tensor, transposed: boolean): Tensor;
  /** Rows of the matrix, float32, as its products see them. */
  rows(graph: GraphBuilder, matrix: Tensor, wanted: Tensor): Tensor;
}

/**
 * The same graph with its products by frozen matrices in fewer bits, and all else in float32. The runtime makes the
 * narrow matrices when it loads the graph, and does not keep the others.
 *
 * Its results are near those of the exact graph, no more: it is for finding the neighbourhood of a solution.
 */
export function withNarrowProducts(graph: Graph, narrowing: Narrowing): Graph {
  const lowered = lower(graph);
  const changing = dependents(lowered.nodes, lowered.inputs);
  return rewrite(lowered, (target, node, inputs) => {
    const [first, second, addend] = inputs;
    const isFrozen = (index: number): boolean => !changing.has(node.inputs[index]?.name ?? '');
    if (node.operator === 'Gemm' && first && second && isFrozen(1)) {
      const product = narrowing.product(target, first, second, node.attributes.transposeB);
      return [addend ? target.add(product, addend) : product];
    }
    if (node.operator === 'Gather' && first?.shape.length === 2 && second && isFrozen(0))
      return [narrowing.rows(target, first, second)];
    return undefined;
  });
}

import type { GraphBuilder } from './graph.ts';
import type { Narrowing } from './narrow-products.ts';
import { extent, type Tensor } from './tensor.ts';

/** Added to the mean square of a row, which may be all zero. */
const tiny = 1e-30;

/**
 * Products by frozen weights in float16. Rows are divided by their root mean square before, and what comes out is
 * multiplied by it: gradients may be too small for float16, and single activations too large.
 */
export const inSixteenBits: Narrowing = {
  format: 'float16',
  product(graph, x, matrix, transposed) {
    const width = extent(x.shape, 1);
    const ones = graph.constant(new Float32Array(width).fill(1), [width]);
    const [, normalized, inverse] = graph.applyAll('RmsNorm', [x, ones], { epsilon: tiny });
    if (!normalized || !inverse) throw new Error('the norm has no outputs');
    const factors = [cast(graph, normalized, 'float16'), narrowed(graph, matrix)];
    const product = graph.apply('Gemm', factors, { transposeB: transposed });
    return graph.divide(cast(graph, product, 'float32'), inverse);
  },
  rows: (graph, matrix, wanted) => cast(graph, graph.apply('Gather', [narrowed(graph, matrix), wanted], {}), 'float32'),
};

const cast = (graph: GraphBuilder, x: Tensor, to: 'float16' | 'float32'): Tensor => graph.apply('Cast', [x], { to });

/** One copy serves both passes. */
const narrowed = (graph: GraphBuilder, matrix: Tensor): Tensor =>
  graph.once(`${matrix.name} in 16 bits`, () => cast(graph, matrix, 'float16'));

import type { GraphBuilder } from './graph.ts';
import type { Narrowing } from './narrow-products.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/**
 * Steps from 0 to the largest weight. With 7 bits for the weights and 8 for what they are multiplied by, no processor
 * overflows the 16 bits in which it sums two products; with 8 and 8 those without VNNI instructions do.
 */
const levels = 63;
/** In place of the largest of numbers that are all zero. */
const tiny = 1e-30;

/** A weight in 8 bits: w ≈ values · scales. */
interface Quantized {
  /** int8, of the weight's shape. */
  readonly values: Tensor;
  /** Of each row [n], or of each column [k]. */
  readonly scales: Tensor;
}

/**
 * Products by frozen weights in 8 bits. Every row of what is multiplied and every output of a weight has a scale of its
 * own.
 */
export const inEightBits: Narrowing = {
  format: 'int8',
  product(graph, x, matrix, transposed) {
    // Rows of a small gradient lie beside rows of a large one.
    const rows = greatest(graph, x, 1);
    const { values, scales } = quantized(graph, matrix, transposed ? 1 : 0);
    const weight = transposed ? graph.transpose(values, [1, 0]) : values;
    return graph.multiply(graph.apply('DynamicQuantizeMatMul', [graph.divide(x, rows), weight, scales], {}), rows);
  },
  rows(graph, matrix, wanted) {
    const { values, scales } = quantized(graph, matrix, 1);
    const chosen = graph.apply('Cast', [graph.apply('Gather', [values, wanted], {})], { to: 'float32' });
    const step = graph.apply('Gather', [graph.reshape(scales, [sizeOf(scales.shape), 1]), wanted], {});
    return graph.multiply(chosen, step);
  },
};

/** The greatest absolute value along an axis, which keeps the extent 1. */
function greatest(graph: GraphBuilder, x: Tensor, axis: 0 | 1): Tensor {
  const [top, bottom] = [
    graph.apply('ReduceMax', [x], { axes: [axis] }),
    graph.apply('ReduceMin', [x], { axes: [axis] }),
  ];
  const largest = graph.apply('Max', [top, graph.multiply(bottom, graph.scalar(-1))], {});
  return graph.apply('Max', [largest, graph.scalar(tiny)], {});
}

/** @param axis along which numbers have a scale in common */
function quantized(graph: GraphBuilder, weight: Tensor, axis: 0 | 1): Quantized {
  const scales = graph.once(`scales of ${weight.name} along ${axis}`, () => {
    const step = graph.multiply(greatest(graph, weight, axis), graph.scalar(1 / levels));
    return graph.reshape(step, [sizeOf(step.shape)]);
  });
  const values = graph.once(`${weight.name} in 8 bits along ${axis}`, () =>
    graph.apply('QuantizeLinear', [weight, scales], { axis: 1 - axis }),
  );
  return { values, scales };
}

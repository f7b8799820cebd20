import type { Graph, GraphBuilder } from './graph.ts';
import { lower, rewrite } from './lowering.ts';
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
 * The same graph with its products by frozen weights in 8 bits, and all else in float32. Every row of what is multiplied
 * and every output of a weight has a scale of its own. The runtime makes the 8-bit weights when it loads the graph, and
 * does not keep the others.
 *
 * Its results are near those of the exact graph, no more: it is for finding the neighbourhood of a solution.
 */
export function withEightBitProducts(graph: Graph): Graph {
  const lowered = lower(graph);
  const frozen = new Set(lowered.weights.map(({ tensor }) => tensor.name));
  for (const { operator, inputs, outputs } of lowered.nodes)
    if (operator === 'Cast' && inputs.some(({ name }) => frozen.has(name)))
      for (const { name } of outputs) frozen.add(name);
  const known = new Map<string, Quantized>();
  const quantized = (target: GraphBuilder, weight: Tensor, axis: 0 | 1): Quantized => {
    const key = `${weight.name} ${axis}`;
    // Where one use is conditional another need not be.
    const made = known.get(key) ?? target.when(undefined, () => quantize(target, weight, axis));
    known.set(key, made);
    return made;
  };
  return rewrite(lowered, (target, node, inputs) => {
    const [first, second, bias] = inputs;
    if (node.operator === 'Gemm' && first && second && frozen.has(node.inputs[1]?.name ?? '')) {
      const { transposeB } = node.attributes;
      const product = multiply(target, first, quantized(target, second, transposeB ? 1 : 0), transposeB);
      return [bias ? target.add(product, bias) : product];
    }
    if (
      node.operator === 'Gather' &&
      first &&
      second &&
      first.shape.length === 2 &&
      frozen.has(node.inputs[0]?.name ?? '')
    )
      return [gather(target, quantized(target, first, 1), second)];
    return undefined;
  });
}

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
function quantize(graph: GraphBuilder, weight: Tensor, axis: 0 | 1): Quantized {
  const step = graph.multiply(greatest(graph, weight, axis), graph.scalar(1 / levels));
  const scales = graph.reshape(step, [sizeOf(step.shape)]);
  return { values: graph.apply('QuantizeLinear', [weight, scales], { axis: 1 - axis }), scales };
}

/** x [m,k] times the weight [k,n], or [n,k] when transposed. Rows of a small gradient lie beside rows of a large one. */
function multiply(graph: GraphBuilder, x: Tensor, { values, scales }: Quantized, transposed: boolean): Tensor {
  const rows = greatest(graph, x, 1);
  const weight = transposed ? graph.transpose(values, [1, 0]) : values;
  return graph.multiply(graph.apply('DynamicQuantizeMatMul', [graph.divide(x, rows), weight, scales], {}), rows);
}

/** Rows of the weight [n,k], as the products see them. */
function gather(graph: GraphBuilder, { values, scales }: Quantized, rows: Tensor): Tensor {
  const chosen = graph.apply('Cast', [graph.apply('Gather', [values, rows], {})], { to: 'float32' });
  const step = graph.apply('Gather', [graph.reshape(scales, [sizeOf(scales.shape), 1]), rows], {});
  return graph.multiply(chosen, step);
}

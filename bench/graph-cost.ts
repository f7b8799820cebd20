import { dependents } from '../src/runtime/graph/backward.ts';
import { lower, type PrimitiveGraph } from '../src/runtime/graph/lowering.ts';
import type { PrimitiveNode } from '../src/runtime/graph/operators.ts';
import { describe, extent, sizeOf, type Tensor } from '../src/runtime/graph/tensor.ts';
import type { FrozenModel } from '../src/runtime/models/frozen-model.ts';
import { exactly, type Way } from './device-step.ts';
import { stepGraph } from './training-step.ts';

/** What a step must compute and hold, from the shapes of its graph alone. */
export interface GraphCost {
  readonly nodes: number;
  /** Of those, nodes that compute something in every step: on a card each is a launch or more. */
  readonly kernels: number;
  /** Of all matrix products, a multiplication and an addition counted as two. */
  readonly flops: number;
  /** Of the frozen weights that the graph uses, 4 bytes a number. */
  readonly weightBytes: number;
  /** Greatest sum of the values that are computed already and still needed, when nodes run in their order. */
  readonly activationBytes: number;
  /** The greatest value that is computed. */
  readonly largest: { readonly type: string; readonly bytes: number };
}

const bytesPerElement = { float32: 4, float16: 2, bfloat16: 2, int8: 1, int32: 4, int64: 8, bool: 1 };

function bytesOf({ element, shape }: Tensor): number {
  return sizeOf(shape) * bytesPerElement[element];
}

function flopsOf({ operator, inputs, outputs }: PrimitiveNode): number {
  const [a] = inputs;
  const [result] = outputs;
  if ((operator !== 'Gemm' && operator !== 'MatMul') || !a || !result) return 0;
  // A is never transposed in our graphs: its last axis is the inner one.
  return 2 * sizeOf(result.shape) * extent(a.shape, -1);
}

/** Live bytes after each node; a Reshape is the value that it reshapes. */
function peakOfLiveBytes({ nodes, outputs }: PrimitiveGraph): number {
  const storage = new Map<string, string>();
  const stored = ({ name }: Tensor): string => storage.get(name) ?? name;
  const lastUse = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    const [input] = node.inputs;
    const [output] = node.outputs;
    if (node.operator === 'Reshape' && input && output) storage.set(output.name, stored(input));
    for (const tensor of node.inputs) lastUse.set(stored(tensor), index);
  }
  for (const tensor of outputs.values()) lastUse.set(stored(tensor), nodes.length);
  const ending = new Map<number, string[]>();
  for (const [name, index] of lastUse) ending.set(index, [...(ending.get(index) ?? []), name]);
  const sizes = new Map<string, number>();
  let [live, peak] = [0, 0];
  for (const [index, node] of nodes.entries()) {
    for (const tensor of node.outputs) {
      // An output that nothing reads is freed at once; it does not matter here.
      if (stored(tensor) !== tensor.name || !lastUse.has(tensor.name)) continue;
      sizes.set(tensor.name, bytesOf(tensor));
      live += bytesOf(tensor);
    }
    peak = Math.max(peak, live);
    for (const name of ending.get(index) ?? []) live -= sizes.get(name) ?? 0;
  }
  return peak;
}

/** Operators that compute nothing: another view of the same numbers, or what holds a branch. */
export const views: ReadonlySet<string> = new Set(['Reshape', 'Identity', 'If']);

/** The cost of one step for a text of `tokens` tokens, as it is written for a device and a precision. */
export function stepCost(model: FrozenModel, tokens: number, way: Way = exactly('cpu')): GraphCost {
  const graph = lower(stepGraph(model, tokens, way));
  // What depends on no input is computed once, when the graph is loaded.
  const changing = dependents(graph.nodes, graph.inputs);
  const computed = graph.nodes.flatMap(({ outputs }) => outputs);
  const largest = computed.reduce((most, tensor) => (bytesOf(tensor) > bytesOf(most) ? tensor : most));
  return {
    nodes: graph.nodes.length,
    kernels: graph.nodes.filter(
      node => !views.has(node.operator) && node.outputs.some(({ name }) => changing.has(name)),
    ).length,
    flops: graph.nodes.reduce((sum, node) => sum + flopsOf(node), 0),
    weightBytes: graph.weights.reduce((sum, { tensor }) => sum + sizeOf(tensor.shape) * 4, 0),
    activationBytes: peakOfLiveBytes(graph),
    largest: { type: describe(largest), bytes: bytesOf(largest) },
  };
}

import type { Graph, GraphBuilder } from './graph.ts';
import { lower, rewrite } from './lowering.ts';
import type { GraphNode } from './operators.ts';
import type { Tensor } from './tensor.ts';

/**
 * The same graph with matrices of 16 bits as they are in their file: they are widened to float32 for each product anew,
 * and the runtime makes no copy of them when it loads the graph. Its results are those of the graph with all weights in
 * float32. It is loaded at once, and holds no more than two matrices in float32 at a time; a product has to wait for its
 * matrix, which counts where there are few rows.
 */
export function withStoredWeights(graph: Graph): Graph {
  const lowered = lower(graph);
  const matrices = new Map<string, Tensor>();
  for (const { tensor } of lowered.weights)
    if (tensor.element !== 'float32' && tensor.shape.length === 2) matrices.set(tensor.name, tensor);
  /** The matrix of which a tensor is the float32 copy. */
  const copies = new Map<string, Tensor>();
  for (const { operator, inputs, outputs } of lowered.nodes) {
    const [from, copy] = [inputs[0], outputs[0]];
    const matrix = operator === 'Cast' && from ? matrices.get(from.name) : undefined;
    if (matrix && copy) copies.set(copy.name, matrix);
  }
  const result = rewrite(lowered, (target, node, inputs) => {
    const stored = node.inputs.map(({ name }) => copies.get(name));
    const [matrix] = stored;
    if (!stored.some(input => input)) return undefined;
    const [, rows] = inputs;
    if (node.operator === 'Gather' && matrix && rows)
      return [widened(target, target.apply('Gather', [matrix, rows], {}))];
    const operands = inputs.map((input, i) => (stored[i] ? widened(target, stored[i]) : input));
    return target.applyAll(node.operator, operands, node.attributes);
  });
  // Of two nodes that a third one waits for, the runtime runs the one that stands later in the list first, with all that
  // it needs in turn. So matrices are widened right before their products only where that stands before everything else.
  const isWidening = ({ operator, inputs }: GraphNode): boolean =>
    operator === 'Cast' && inputs.some(({ name }) => matrices.has(name));
  const { fused, inputs, outputs, constants, nodes } = result;
  return {
    ...{ fused, inputs, outputs, constants },
    weights: result.weights.map(weight => (matrices.has(weight.tensor.name) ? { ...weight, stays: true } : weight)),
    nodes: [...nodes.filter(isWidening), ...nodes.filter(node => !isWidening(node))],
  };
}

const widened = (graph: GraphBuilder, x: Tensor): Tensor => graph.apply('Cast', [x], { to: 'float32' });

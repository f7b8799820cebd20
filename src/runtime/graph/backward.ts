import { gradientsOf } from './gradients.ts';
import type { GraphBuilder } from './graph.ts';
import type { GraphNode } from './operators.ts';
import { broadcastAxes, describe, sameShape, sizeOf, type Tensor } from './tensor.ts';

/** Names of all tensors that change with one of the given tensors. */
export function dependents(nodes: readonly GraphNode[], roots: readonly Tensor[]): Set<string> {
  const names = new Set(roots.map(({ name }) => name));
  for (const node of nodes)
    if (node.inputs.some(({ name }) => names.has(name))) for (const { name } of node.outputs) names.add(name);
  return names;
}

/** Sums a gradient over the axes along which its tensor was broadcast. */
function unbroadcast(graph: GraphBuilder, gradient: Tensor, like: Tensor): Tensor {
  if (sameShape(gradient.shape, like.shape)) return gradient;
  const axes = broadcastAxes(like.shape, gradient.shape);
  const summed = axes.length ? graph.sum(gradient, axes) : gradient;
  return sameShape(summed.shape, like.shape) ? summed : graph.reshape(summed, like.shape);
}

/**
 * A sum of gradients. A product takes the other one in, which spares a pass over both; the product by itself is dropped
 * with all dead nodes.
 *
 * @param before nodes that there were when nobody else could know the contribution
 */
function sum(graph: GraphBuilder, sofar: Tensor, contribution: Tensor, before: number): Tensor {
  const node = graph.producer(contribution);
  if (node?.operator !== 'Gemm' || node.inputs.length !== 2 || graph.nodes.lastIndexOf(node) < before)
    return graph.add(sofar, contribution);
  return graph.apply('Gemm', [...node.inputs, sofar], node.attributes);
}

/**
 * Appends the nodes of the reverse pass: the gradient of the sum of all elements of `objective` by each of `trainable`.
 * Only what lies between the two is walked; no gradient of anything else (a frozen weight, say) is emitted.
 *
 * @returns one tensor per trainable, of its shape.
 * @throws Error when the objective does not depend on a trainable, or an operator in between has no gradient there.
 */
export function appendGradients(graph: GraphBuilder, objective: Tensor, trainable: readonly Tensor[]): Tensor[] {
  const forward = [...graph.nodes];
  const moving = dependents(forward, trainable);
  const gradients = new Map<string, Tensor>();
  gradients.set(objective.name, graph.constant(new Float32Array(sizeOf(objective.shape)).fill(1), objective.shape));

  const accumulate = (input: Tensor, emit: () => Tensor): void => {
    const before = graph.nodes.length;
    const contribution = unbroadcast(graph, emit(), input);
    const sofar = gradients.get(input.name);
    gradients.set(input.name, sofar ? sum(graph, sofar, contribution, before) : contribution);
  };

  for (const node of forward.reverse()) {
    if (!node.outputs.some(({ name }) => gradients.has(name))) continue;
    if (!node.inputs.some(({ name }) => moving.has(name))) continue;
    const byInput = inputGradients(graph, node, gradients);
    node.inputs.forEach((input, index) => {
      if (!moving.has(input.name)) return;
      const emit = byInput[index];
      if (!emit) throw new Error(`${node.operator} has no gradient by its input ${index}, ${describe(input)}`);
      accumulate(input, emit);
    });
  }
  return trainable.map(tensor => {
    const gradient = gradients.get(tensor.name);
    if (!gradient) throw new Error(`the objective does not depend on ${tensor.name}`);
    return gradient;
  });
}

function inputGradients(
  graph: GraphBuilder,
  node: GraphNode,
  gradients: ReadonlyMap<string, Tensor>,
): readonly ((() => Tensor) | undefined)[] {
  const pick = (tensors: readonly Tensor[], index: number): Tensor => {
    const tensor = tensors[index];
    if (!tensor) throw new Error(`${node.operator} has no tensor ${index}`);
    return tensor;
  };
  return gradientsOf(node, {
    graph,
    input: index => pick(node.inputs, index),
    output: index => pick(node.outputs, index),
    upstream: index => {
      const output = pick(node.outputs, index);
      return gradients.get(output.name) ?? graph.constant(new Float32Array(sizeOf(output.shape)), output.shape);
    },
  });
}

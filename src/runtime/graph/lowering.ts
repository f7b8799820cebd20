import { dependents } from './backward.ts';
import { crossEntropyThroughVocabulary } from './cross-entropy.ts';
import { type Graph, GraphBuilder } from './graph.ts';
import {
  type CompositeName,
  type GraphNode,
  geluTanh,
  type OperatorAttributes,
  type OperatorName,
  type PrimitiveNode,
} from './operators.ts';
import type { Tensor } from './tensor.ts';

/** Writes a composite operator as primitives; returns its outputs in order. */
type Lowering<Name extends CompositeName> = (
  graph: GraphBuilder,
  inputs: readonly Tensor[],
  attributes: OperatorAttributes[Name],
) => readonly Tensor[];

function operand(inputs: readonly Tensor[], index: number): Tensor {
  const input = inputs[index];
  if (!input) throw new Error(`no operand ${index}`);
  return input;
}

/** x̂ = x / sqrt(mean x² + ε), and the inverse of the root. */
function normalize(graph: GraphBuilder, x: Tensor, epsilon: number): readonly [normalized: Tensor, inverse: Tensor] {
  const power = graph.add(graph.mean(graph.multiply(x, x), [1]), graph.scalar(epsilon));
  const inverse = graph.apply('Reciprocal', [graph.apply('Sqrt', [power], {})], {});
  return [graph.multiply(x, inverse), inverse];
}

const lowerings: { readonly [Name in CompositeName]: Lowering<Name> } = {
  LayerNorm: (graph, inputs, { epsilon }) => {
    const x = operand(inputs, 0);
    const [normalized, inverse] = normalize(graph, graph.subtract(x, graph.mean(x, [1])), epsilon);
    return [graph.add(graph.multiply(normalized, operand(inputs, 1)), operand(inputs, 2)), normalized, inverse];
  },
  RmsNorm: (graph, inputs, { epsilon }) => {
    const [normalized, inverse] = normalize(graph, operand(inputs, 0), epsilon);
    return [graph.multiply(normalized, operand(inputs, 1)), normalized, inverse];
  },
  Gelu: (graph, inputs) => {
    const x = operand(inputs, 0);
    const half = graph.scalar(0.5);
    const scaled = graph.multiply(x, graph.scalar(Math.SQRT1_2));
    const distribution = graph.add(graph.multiply(graph.apply('Erf', [scaled], {}), half), half);
    return [graph.multiply(x, distribution), distribution, scaled];
  },
  GeluTanh: (graph, inputs) => {
    const x = operand(inputs, 0);
    const square = graph.multiply(x, x);
    const slope = graph.add(graph.multiply(square, graph.scalar(geluTanh.cubic)), graph.scalar(geluTanh.linear));
    const gate = graph.apply('Sigmoid', [graph.multiply(x, slope)], {});
    return [graph.multiply(x, gate), gate, square];
  },
  Silu: (graph, inputs) => {
    const x = operand(inputs, 0);
    const gate = graph.apply('Sigmoid', [x], {});
    return [graph.multiply(x, gate), gate];
  },
  VocabularyCrossEntropy: (graph, inputs) =>
    crossEntropyThroughVocabulary(graph, operand(inputs, 0), operand(inputs, 1), operand(inputs, 2), inputs.slice(3)),
};

function loweringOf(operator: OperatorName): Lowering<CompositeName> | undefined {
  return operator in lowerings ? (lowerings[operator as CompositeName] as Lowering<CompositeName>) : undefined;
}

/** A graph of primitives only. */
export interface PrimitiveGraph extends Graph {
  readonly nodes: readonly PrimitiveNode[];
}

/** What takes the place of a node: its outputs in order; undefined where the node stays. */
export type Replacement = (
  target: GraphBuilder,
  node: GraphNode,
  inputs: readonly Tensor[],
) => readonly Tensor[] | undefined;

/**
 * Rewrites every composite operator as primitives and drops the nodes that no output needs. What only conditional nodes
 * need is computed only where they are.
 */
export function lower(graph: Graph): PrimitiveGraph {
  return prune(
    rewrite(graph, (target, { operator, attributes }, inputs) =>
      loweringOf(operator)?.(target, inputs, attributes as never),
    ),
  );
}

/** The same graph with other nodes in the place of some. */
export function rewrite(graph: Graph, replace: Replacement): GraphBuilder {
  const target = new GraphBuilder();
  const renamed = new Map<string, Tensor>();
  for (const { name, element, shape } of graph.inputs) renamed.set(name, target.input(name, element, shape));
  for (const { tensor, values } of graph.constants) renamed.set(tensor.name, target.constant(values, tensor.shape));
  for (const weight of graph.weights) {
    target.weights.push(weight);
    renamed.set(weight.tensor.name, weight.tensor);
  }
  const resolve = (tensor: Tensor): Tensor => {
    const found = renamed.get(tensor.name);
    if (!found) throw new Error(`${tensor.name} is used before it is made`);
    return found;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(resolve);
    const apply = (): readonly Tensor[] =>
      replace(target, node, inputs) ?? target.applyAll(node.operator, inputs, node.attributes);
    const outputs = node.condition ? target.when(resolve(node.condition), apply) : apply();
    for (const [index, output] of node.outputs.entries()) renamed.set(output.name, operand(outputs, index));
  }
  for (const [name, tensor] of graph.outputs) target.output(name, resolve(tensor));
  return target;
}

function prune(graph: GraphBuilder): PrimitiveGraph {
  const always = undefined;
  // What depends on no input is computed once, when the graph is loaded: the runtime does that outside of branches only.
  const changing = dependents(graph.nodes, graph.inputs);
  /** Under which conditions a tensor is needed. */
  const needed = new Map<string, Set<Tensor | undefined>>();
  const need = ({ name }: Tensor, condition: Tensor | undefined): void => {
    needed.set(name, (needed.get(name) ?? new Set()).add(condition));
  };
  for (const output of graph.outputs.values()) need(output, always);
  const nodes: PrimitiveNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    const conditions = new Set(node.outputs.flatMap(({ name }) => [...(needed.get(name) ?? [])]));
    if (!conditions.size) continue;
    const [only] = conditions.size === 1 ? conditions : [always];
    const constant = !node.outputs.some(({ name }) => changing.has(name));
    const kept = primitive(node.condition || !only || constant ? node : { ...node, condition: only });
    for (const input of node.inputs) need(input, kept.condition);
    nodes.push(kept);
  }
  const used = <T extends { readonly tensor: Tensor }>(items: readonly T[]): T[] =>
    items.filter(({ tensor }) => needed.has(tensor.name));
  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    constants: used(graph.constants),
    weights: used(graph.weights),
    nodes: nodes.reverse(),
  };
}

function primitive(node: GraphNode): PrimitiveNode {
  if (node.operator in lowerings) throw new Error(`${node.operator} was not lowered`);
  return node as PrimitiveNode;
}

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
import { extent, type Tensor } from './tensor.ts';

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
  const power = graph.add(graph.mean(graph.multiply(x, x), [x.shape.length - 1]), graph.scalar(epsilon));
  const inverse = graph.apply('Reciprocal', [graph.apply('Sqrt', [power], {})], {});
  return [graph.multiply(x, inverse), inverse];
}

/** One for each number of a row, as the scale of a norm that has none. */
function ones(graph: GraphBuilder, x: Tensor): Tensor {
  const width = extent(x.shape, -1);
  return graph.constant(new Float32Array(width).fill(1), [width]);
}

/**
 * The runtime's own norms give y and the inverse, and no x̂ where there is a scale. So x̂ is a second norm, which the
 * reverse pass alone needs: it costs less than to keep x̂ until then.
 */
function layerNorm(graph: GraphBuilder, inputs: readonly Tensor[], epsilon: number): readonly Tensor[] {
  const x = operand(inputs, 0);
  if (!graph.fused.layerNorm) {
    const centered = graph.subtract(x, graph.mean(x, [x.shape.length - 1]));
    const [normalized, inverse] = normalize(graph, centered, epsilon);
    return [graph.add(graph.multiply(normalized, operand(inputs, 1)), operand(inputs, 2)), normalized, inverse];
  }
  const y = graph.apply('LayerNormalization', inputs, { epsilon });
  const plain = graph.applyAll('LayerNormalization', [x, ones(graph, x)], { epsilon });
  return [y, operand(plain, 0), operand(plain, 2)];
}

/** As layerNorm. */
function rmsNorm(graph: GraphBuilder, inputs: readonly Tensor[], epsilon: number): readonly Tensor[] {
  const x = operand(inputs, 0);
  if (!graph.fused.rmsNorm) {
    const [normalized, inverse] = normalize(graph, x, epsilon);
    return [graph.multiply(normalized, operand(inputs, 1)), normalized, inverse];
  }
  const y = graph.apply('SimplifiedLayerNormalization', inputs, { epsilon });
  if (!graph.fused.inverseOfRmsNorm) return [y, ...normalize(graph, x, epsilon)];
  return [y, ...graph.applyAll('SimplifiedLayerNormalization', [x, ones(graph, x)], { epsilon })];
}

/**
 * The runtime's own operator, or x · cos + (x R) · sin, where the constant matrix R takes each pair (a, b) to (-b, a).
 */
function rotate(graph: GraphBuilder, inputs: readonly Tensor[]): readonly Tensor[] {
  const [x, cosine, sine] = [operand(inputs, 0), operand(inputs, 1), operand(inputs, 2)];
  const [positions, angles, headSize] = [extent(cosine.shape, 0), extent(cosine.shape, 1), extent(x.shape, 3)];
  if (graph.fused.rotary) {
    const first = graph.constant(BigInt64Array.of(0n), [1]);
    const attributes = { heads: extent(x.shape, 1), turning: 2 * angles };
    return [graph.apply('RotaryEmbedding', [x, first, cosine, sine], attributes)];
  }
  const rest = headSize - 2 * angles;
  /** A table for each number of a head: twice the angles, and a value for what does not turn. */
  const whole = (table: Tensor, value: number): Tensor =>
    graph.once(`whole ${table.name} ${headSize}`, () => {
      const still = rest ? [graph.constant(new Float32Array(positions * rest).fill(value), [positions, rest])] : [];
      return graph.apply('Concat', [table, table, ...still], { axis: 1 });
    });
  const turned = graph.matmul(x, pairSwap(graph, headSize, angles));
  return [graph.add(graph.multiply(x, whole(cosine, 1)), graph.multiply(turned, whole(sine, 0)))];
}

function pairSwap(graph: GraphBuilder, headSize: number, angles: number): Tensor {
  return graph.once(`pair swap ${headSize} ${angles}`, () => {
    const values = new Float32Array(headSize * headSize);
    for (let i = 0; i < angles; i++) {
      values[(angles + i) * headSize + i] = -1;
      values[i * headSize + angles + i] = 1;
    }
    return graph.constant(values, [headSize, headSize]);
  });
}

const lowerings: { readonly [Name in CompositeName]: Lowering<Name> } = {
  LayerNorm: (graph, inputs, { epsilon }) => layerNorm(graph, inputs, epsilon),
  RmsNorm: (graph, inputs, { epsilon }) => rmsNorm(graph, inputs, epsilon),
  Rotate: rotate,
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
    crossEntropyThroughVocabulary(
      graph,
      operand(inputs, 0),
      operand(inputs, 1),
      operand(inputs, 2),
      operand(inputs, 3),
      inputs.slice(4),
    ),
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
  const target = new GraphBuilder(graph.fused);
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
    fused: graph.fused,
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

import type { ConstantValues, Graph } from './graph.ts';
import { encode, type SerializedGraph } from './onnx.ts';
import { assemble, type OnnxConstant, type OnnxGraph, type OnnxNode } from './onnx-graph.ts';
import { sameShape } from './tensor.ts';

/** The value of an input. */
export interface ShapedConstant {
  readonly values: ConstantValues;
  readonly shape: readonly number[];
}

/** One graph for all shapes: the runtime loads it once. */
export interface EveryShape<Shape> {
  readonly serialized: SerializedGraph;
  /** Values of the inputs that stand for what depends on the shape (targets of Reshape, tables by position, masks). */
  constantsFor(shape: Shape): Readonly<Record<string, ShapedConstant>>;
}

/** A constant that depends on the shape: it became an input. */
interface Lifted {
  readonly name: string;
  readonly constant: OnnxConstant;
  /** Where a graph of any shape holds it: as this input of this node. */
  readonly node: number;
  readonly input: number;
}

const equal = (a: OnnxConstant, b: OnnxConstant): boolean =>
  a.element === b.element &&
  sameShape(a.shape, b.shape) &&
  Buffer.compare(Buffer.from(a.values.buffer), Buffer.from(b.values.buffer)) === 0;

function nodeAt({ nodes }: OnnxGraph, index: number): OnnxNode {
  const node = nodes[index];
  if (!node) throw new Error(`a graph of another shape has no node ${index}`);
  return node;
}

/**
 * Calls back for every input of every node that is a constant in both graphs.
 *
 * @throws Error when the graphs differ in more than their constants.
 */
function compareConstants(
  one: OnnxGraph,
  other: OnnxGraph,
  differing: (place: Pick<Lifted, 'node' | 'input'>, names: readonly [string, string]) => void,
): void {
  const known = new Map<string, boolean>();
  const same = (a: string, b: string): boolean => {
    const key = `${a} ${b}`;
    const [first, second] = [one.constants.get(a), other.constants.get(b)];
    const result = known.get(key) ?? (first && second ? equal(first, second) : !first && !second && a === b);
    known.set(key, result);
    return result;
  };
  if (one.nodes.length !== other.nodes.length) throw new Error('the number of nodes depends on the shape');
  for (const [index, node] of one.nodes.entries()) {
    const counterpart = nodeAt(other, index);
    if (node.operator !== counterpart.operator || node.inputs.length !== counterpart.inputs.length)
      throw new Error(`node ${index}, ${node.operator}, depends on the shape`);
    for (const [input, a] of node.inputs.entries()) {
      const b = counterpart.inputs[input] ?? '';
      if (!same(a, b)) differing({ node: index, input }, [a, b]);
    }
  }
}

function liftedConstants(first: OnnxGraph, second: OnnxGraph): Map<string, Lifted> {
  const lifted = new Map<string, Lifted>();
  compareConstants(first, second, (place, names) => {
    const constant = first.constants.get(names[0]);
    if (!constant || !second.constants.has(names[1]))
      throw new Error(`node ${place.node} takes ${names.join(' or ')}, depending on the shape`);
    const key = names.join(' ');
    if (!lifted.has(key)) lifted.set(key, { ...place, name: `shaped_${lifted.size}`, constant });
  });
  return lifted;
}

/** Extents that differ between two shapes of the graph get names, none of them twice. */
function loosened(first: OnnxGraph['inputs'], second: OnnxGraph['inputs']): OnnxGraph['inputs'] {
  return first.map((value, i) => ({
    ...value,
    shape: value.shape.map((extent, axis) =>
      extent === second[i]?.shape[axis] ? extent : `${value.name}_extent_${axis}`,
    ),
  }));
}

/**
 * Makes one graph of the graphs that `build` gives for different shapes. They have the same nodes, and only constants
 * depend on the shape: those that differ between two examples become inputs. `build` keeps its static shapes and all its
 * checks; for each shape a graph is built anew, which takes milliseconds, and its constants are what is fed.
 *
 * @param examples two shapes that differ in every extent, so that nothing is equal by chance
 * @throws Error when more than constants depends on the shape, here or later in `constantsFor`.
 */
export function forEveryShape<Shape>(
  build: (shape: Shape) => Graph,
  examples: readonly [Shape, Shape],
): EveryShape<Shape> {
  const [first, second] = [assemble(build(examples[0])), assemble(build(examples[1]))];
  const lifted = liftedConstants(first, second);
  const inputs = new Map<string, string>();
  compareConstants(first, second, ({ node, input }, names) => {
    const found = lifted.get(names.join(' '));
    if (found) inputs.set(`${node} ${input}`, found.name);
  });
  const nodes = first.nodes.map((node, index) => ({
    ...node,
    inputs: node.inputs.map((name, input) => inputs.get(`${index} ${input}`) ?? name),
  }));
  const used = new Set(nodes.flatMap(node => node.inputs));
  const template: OnnxGraph = {
    inputs: [
      ...loosened(first.inputs, second.inputs),
      ...[...lifted.values()].map(({ name, constant: { element, shape } }) => ({
        name,
        element,
        shape: shape.map((_, axis) => `${name}_extent_${axis}`),
      })),
    ],
    outputs: loosened(first.outputs, second.outputs),
    nodes,
    constants: new Map([...first.constants].filter(([name]) => used.has(name))),
    weights: first.weights,
  };
  return {
    serialized: encode(template),
    constantsFor: shape => {
      const graph = assemble(build(shape));
      compareConstants(first, graph, place => {
        if (!inputs.has(`${place.node} ${place.input}`))
          throw new Error(
            `input ${place.input} of node ${place.node} depends on the shape in a way that no example shows`,
          );
      });
      return Object.fromEntries(
        [...lifted.values()].map(({ name, node, input }) => {
          const constant = graph.constants.get(nodeAt(graph, node).inputs[input] ?? '');
          if (!constant) throw new Error(`input ${input} of node ${node} is no constant`);
          return [name, { values: constant.values, shape: constant.shape }];
        }),
      );
    },
  };
}

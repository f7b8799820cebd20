import { basename, dirname } from 'node:path';
import { onnx } from 'onnx-proto';
import { UserError } from '../errors.ts';
import type { ConstantValues, Graph, Weight } from './graph.ts';
import { lower } from './lowering.ts';
import type { PrimitiveName, PrimitiveNode } from './operators.ts';
import type { ElementType, Tensor } from './tensor.ts';

const operatorSet = 21;
const irVersion = 10;
const types = onnx.TensorProto.DataType;
const typeCodes: Readonly<Record<ElementType, number>> = {
  float32: types.FLOAT,
  float16: types.FLOAT16,
  bfloat16: types.BFLOAT16,
  int8: types.INT8,
  int32: types.INT32,
  int64: types.INT64,
  bool: types.BOOL,
};

/** A constant in ONNX's terms: what our operators hold as attributes (shapes, axes, sizes) is one, too. */
export interface OnnxConstant {
  readonly element: ElementType;
  readonly shape: readonly number[];
  readonly values: ConstantValues;
}

export interface OnnxNode {
  readonly operator: string;
  /** Names of inputs of the graph, of constants, of weights, or of what other nodes compute. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly onnx.IAttributeProto[];
  /** Name of a bool input of the graph: the node is run only where it is true. */
  readonly condition: string | undefined;
}

/** An input or output of the graph. A name in place of an extent stands for any. */
export interface OnnxValue {
  readonly name: string;
  readonly element: ElementType;
  readonly shape: readonly (number | string)[];
}

/** A graph in ONNX's terms, before it becomes bytes: `every-shape.ts` compares two of them. */
export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
  readonly weights: readonly Weight[];
}

/** A serialized model and the folder that its weights' locations are relative to (undefined when it has none). */
export interface SerializedGraph {
  readonly bytes: Uint8Array;
  readonly weightFolder: string | undefined;
}

const integers = (name: string, values: readonly number[]): onnx.IAttributeProto => ({
  name,
  type: onnx.AttributeProto.AttributeType.INTS,
  ints: [...values],
});
const float = (name: string, value: number): onnx.IAttributeProto => ({
  name,
  type: onnx.AttributeProto.AttributeType.FLOAT,
  f: value,
});
const integer = (name: string, value: number): onnx.IAttributeProto => ({
  name,
  type: onnx.AttributeProto.AttributeType.INT,
  i: value,
});

/** Shapes, axes and sizes are inputs in this operator set, not attributes; equal ones are shared. */
class IntegerInputs {
  readonly constants = new Map<string, OnnxConstant>();

  of(values: readonly number[]): string {
    const name = `integers_${values.join('_')}`;
    if (!this.constants.has(name))
      this.constants.set(name, {
        element: 'int64',
        shape: [values.length],
        values: BigInt64Array.from(values, BigInt),
      });
    return name;
  }
}

function attributesOf(
  node: PrimitiveNode,
  inputs: IntegerInputs,
): { attribute: onnx.IAttributeProto[]; more: string[] } {
  switch (node.operator) {
    case 'Cast':
      return { attribute: [integer('to', typeCodes[node.attributes.to])], more: [] };
    case 'Gemm':
      return { attribute: [integer('transB', node.attributes.transposeB ? 1 : 0)], more: [] };
    case 'Reshape':
      return { attribute: [], more: [inputs.of(node.attributes.shape)] };
    case 'Transpose':
      return { attribute: [integers('perm', node.attributes.permutation)], more: [] };
    case 'Split':
      return { attribute: [integer('axis', node.attributes.axis)], more: [inputs.of(node.attributes.sizes)] };
    case 'Slice': {
      const { axis, first, end } = node.attributes;
      return { attribute: [], more: [inputs.of([first]), inputs.of([end]), inputs.of([axis])] };
    }
    case 'ReduceSum':
    case 'ReduceMax':
    case 'ReduceMin':
    case 'ReduceMean':
      return { attribute: [integer('keepdims', 1)], more: [inputs.of(node.attributes.axes)] };
    case 'LayerNormalization':
    case 'SimplifiedLayerNormalization':
      return { attribute: [integer('axis', -1), float('epsilon', node.attributes.epsilon)], more: [] };
    case 'RotaryEmbedding': {
      const { heads, turning } = node.attributes;
      return { attribute: [integer('num_heads', heads), integer('rotary_embedding_dim', turning)], more: [] };
    }
    case 'QuantizeLinear':
      return { attribute: [integer('axis', node.attributes.axis), integer('output_dtype', types.INT8)], more: [] };
    case 'ArgMax':
      return { attribute: [integer('axis', node.attributes.axis), integer('keepdims', 1)], more: [] };
    case 'Concat':
    case 'Softmax':
    case 'GatherElements':
      return { attribute: [integer('axis', node.attributes.axis)], more: [] };
    default:
      return { attribute: [], more: [] };
  }
}

function valueInfo({ name, element, shape }: OnnxValue): onnx.IValueInfoProto {
  const dim = shape.map(extent => (typeof extent === 'number' ? { dimValue: extent } : { dimParam: extent }));
  return { name, type: { tensorType: { elemType: typeCodes[element], shape: { dim } } } };
}

function constantTensor([name, { element, shape, values }]: readonly [string, OnnxConstant]): onnx.ITensorProto {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: [...shape], dataType: typeCodes[element], rawData };
}

function weightTensor({ tensor, location }: Weight): onnx.ITensorProto {
  return {
    name: tensor.name,
    dims: [...tensor.shape],
    dataType: typeCodes[tensor.element],
    dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
    externalData: [
      { key: 'location', value: basename(location.file) },
      { key: 'offset', value: String(location.offset) },
      { key: 'length', value: String(location.byteLength) },
    ],
  };
}

function folderOf(weights: readonly Weight[]): string | undefined {
  const folders = [...new Set(weights.map(({ location }) => dirname(location.file)))];
  if (folders.length > 1)
    throw new UserError(`The shards of the model lie in several folders (${folders.join(', ')}); put them into one.`);
  return folders[0];
}

/** Not all outputs of a norm need be computed, and not every device can. */
function wantedOutputs({ operator, outputs }: PrimitiveNode, taken: ReadonlySet<string>): readonly Tensor[] {
  if (operator !== 'LayerNormalization' && operator !== 'SimplifiedLayerNormalization') return outputs;
  return outputs.slice(0, outputs.findLastIndex(({ name }) => taken.has(name)) + 1);
}

/** A graph in ONNX's terms, composite operators lowered. */
export function assemble(graph: Graph): OnnxGraph {
  const lowered = lower(graph);
  const names = new Map<string, string>();
  for (const [name, tensor] of lowered.outputs) {
    const produced = lowered.nodes.some(({ outputs }) => outputs.some(output => output.name === tensor.name));
    if (!produced || names.has(tensor.name)) throw new Error(`output ${name} must be computed, and once`);
    names.set(tensor.name, name);
  }
  const nameOf = ({ name }: Tensor): string => names.get(name) ?? name;
  const integerInputs = new IntegerInputs();
  const taken = new Set([...names.keys(), ...lowered.nodes.flatMap(node => node.inputs.map(({ name }) => name))]);
  const nodes = lowered.nodes.map((node): OnnxNode => {
    const { attribute, more } = attributesOf(node, integerInputs);
    return {
      operator: node.operator,
      inputs: [...node.inputs.map(nameOf), ...more],
      outputs: wantedOutputs(node, taken).map(nameOf),
      attributes: attribute,
      condition: node.condition?.name,
    };
  });
  const constants = lowered.constants.map(({ tensor: { name, element, shape }, values }) => {
    return [name, { element, shape, values }] as const;
  });
  return {
    inputs: lowered.inputs,
    outputs: [...lowered.outputs].map(([name, { element, shape }]) => ({ name, element, shape })),
    nodes,
    constants: new Map([...constants, ...integerInputs.constants]),
    weights: lowered.weights,
  };
}

/** The runtime's own operators, beside those of ONNX. */
const ownDomain = 'com.microsoft';
const ownOperators: ReadonlySet<string> = new Set<PrimitiveName>(['DynamicQuantizeMatMul', 'RotaryEmbedding']);

const plainNode = ({ operator, inputs, outputs, attributes }: OnnxNode): onnx.INodeProto => ({
  opType: operator,
  ...(ownOperators.has(operator) ? { domain: ownDomain } : {}),
  input: [...inputs],
  output: [...outputs],
  attribute: [...attributes],
});

const untouched = 'untouched';
/** What an output of conditional nodes holds where they are not run. */
const nothing: OnnxConstant = { element: 'float32', shape: [1], values: new Float32Array(1) };

/** Conditional nodes as one node that runs them or none; nothing but outputs of the graph leaves it. */
function branch(condition: string, nodes: readonly OnnxNode[], outputs: readonly OnnxValue[]): onnx.INodeProto {
  const computed = new Set(nodes.flatMap(node => node.outputs));
  const leaving = outputs.filter(({ name }) => computed.has(name));
  const inside = (name: string): string => (leaving.some(output => output.name === name) ? `${name}_computed` : name);
  const graph = (name: string, node: onnx.INodeProto[], end: (output: OnnxValue) => string): onnx.IAttributeProto => ({
    name,
    type: onnx.AttributeProto.AttributeType.GRAPH,
    g: {
      name,
      node,
      output: leaving.map(output => ({
        name: end(output),
        type: { tensorType: { elemType: typeCodes[output.element] } },
      })),
    },
  });
  const run = nodes.map(node => ({
    ...plainNode(node),
    input: node.inputs.map(inside),
    output: node.outputs.map(inside),
  }));
  const skip = leaving.map(({ name }) => ({
    opType: 'Identity',
    input: [untouched],
    output: [`${name}_${untouched}`],
  }));
  return {
    opType: 'If',
    input: [condition],
    output: leaving.map(({ name }) => name),
    attribute: [
      graph('then_branch', run, ({ name }) => inside(name)),
      graph('else_branch', skip, ({ name }) => `${name}_${untouched}`),
    ],
  };
}

/**
 * The ONNX model of a graph (operator set 21). Weights become external data that points into the files they came from.
 *
 * @throws UserError when the weights lie in more than one folder; the runtime allows one.
 */
export function encode({ inputs, outputs, nodes, constants, weights }: OnnxGraph): SerializedGraph {
  const conditions = [...new Set(nodes.flatMap(({ condition }) => condition ?? []))];
  const always = nodes.filter(({ condition }) => condition === undefined);
  const branches = conditions.map(condition =>
    branch(
      condition,
      nodes.filter(node => node.condition === condition),
      outputs,
    ),
  );
  const held = conditions.length ? new Map([...constants, [untouched, nothing]]) : constants;
  const model = {
    irVersion,
    producerName: 'proto-tokens',
    opsetImport: [
      { domain: '', version: operatorSet },
      { domain: ownDomain, version: 1 },
    ],
    graph: {
      name: 'proto-tokens',
      node: [...always.map(plainNode), ...branches],
      initializer: [...[...held].map(constantTensor), ...weights.map(weightTensor)],
      // What might be given in a run in place of a weight of the same name is not computed with beforehand.
      input: [...inputs, ...weights.filter(({ stays }) => stays).map(({ tensor }) => tensor)].map(valueInfo),
      output: outputs.map(valueInfo),
    },
  };
  return { bytes: onnx.ModelProto.encode(model).finish(), weightFolder: folderOf(weights) };
}

/** The ONNX model of a graph of one shape. @throws UserError as `encode`. */
export function serialize(graph: Graph): SerializedGraph {
  return encode(assemble(graph));
}

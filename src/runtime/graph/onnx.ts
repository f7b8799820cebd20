import { basename, dirname } from 'node:path';
import { onnx } from 'onnx-proto';
import { UserError } from '../errors.ts';
import type { Graph, Weight } from './graph.ts';
import { assemble, type OnnxConstant, type OnnxGraph, type OnnxNode, type OnnxValue, typeCodes } from './onnx-graph.ts';
import type { PrimitiveName } from './operators.ts';

const operatorSet = 21;
const irVersion = 10;

/** A serialized model and the folder that its weights' locations are relative to (undefined when it has none). */
export interface SerializedGraph {
  readonly bytes: Uint8Array;
  readonly weightFolder: string | undefined;
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

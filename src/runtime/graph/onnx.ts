import { basename, dirname } from 'node:path';
import { onnx } from 'onnx-proto';
import { UserError } from '../errors.ts';
import type { Constant, Graph, Weight } from './graph.ts';
import { lower } from './lowering.ts';
import type { PrimitiveNode } from './operators.ts';
import type { ElementType, Tensor } from './tensor.ts';

const operatorSet = 21;
const irVersion = 10;
const types = onnx.TensorProto.DataType;
const typeCodes: Readonly<Record<ElementType, number>> = {
  float32: types.FLOAT,
  float16: types.FLOAT16,
  bfloat16: types.BFLOAT16,
  int32: types.INT32,
  int64: types.INT64,
  bool: types.BOOL,
};

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
const integer = (name: string, value: number): onnx.IAttributeProto => ({
  name,
  type: onnx.AttributeProto.AttributeType.INT,
  i: value,
});

/** Shapes, axes and sizes are inputs in this operator set, not attributes; equal ones are shared. */
class IntegerInputs {
  readonly tensors = new Map<string, onnx.ITensorProto>();

  of(values: readonly number[]): string {
    const name = `integers_${values.join('_')}`;
    const data = BigInt64Array.from(values, BigInt);
    if (!this.tensors.has(name))
      this.tensors.set(name, {
        name,
        dims: [values.length],
        dataType: types.INT64,
        rawData: new Uint8Array(data.buffer),
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
    case 'ReduceSum':
    case 'ReduceMax':
    case 'ReduceMean':
      return { attribute: [integer('keepdims', 1)], more: [inputs.of(node.attributes.axes)] };
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

function valueInfo(name: string, { element, shape }: Tensor): onnx.IValueInfoProto {
  return {
    name,
    type: { tensorType: { elemType: typeCodes[element], shape: { dim: shape.map(dimValue => ({ dimValue })) } } },
  };
}

function constantTensor({ tensor, values }: Constant): onnx.ITensorProto {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name: tensor.name, dims: [...tensor.shape], dataType: typeCodes[tensor.element], rawData };
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

/**
 * The ONNX model of a graph (operator set 21), composite operators lowered. Weights become external data that points
 * into the files they came from.
 *
 * @throws UserError when the weights lie in more than one folder; the runtime allows one.
 */
export function serialize(graph: Graph): SerializedGraph {
  const lowered = lower(graph);
  const names = new Map<string, string>();
  for (const [name, tensor] of lowered.outputs) {
    const produced = lowered.nodes.some(({ outputs }) => outputs.some(output => output.name === tensor.name));
    if (!produced || names.has(tensor.name)) throw new Error(`output ${name} must be computed, and once`);
    names.set(tensor.name, name);
  }
  const nameOf = ({ name }: Tensor): string => names.get(name) ?? name;
  const inputs = new IntegerInputs();
  const node = lowered.nodes.map(primitive => {
    const { attribute, more } = attributesOf(primitive, inputs);
    return {
      opType: primitive.operator,
      input: [...primitive.inputs.map(nameOf), ...more],
      output: primitive.outputs.map(nameOf),
      attribute,
    };
  });
  const model = {
    irVersion,
    producerName: 'proto-tokens',
    opsetImport: [{ domain: '', version: operatorSet }],
    graph: {
      name: 'proto-tokens',
      node,
      initializer: [
        ...lowered.constants.map(constantTensor),
        ...inputs.tensors.values(),
        ...lowered.weights.map(weightTensor),
      ],
      input: lowered.inputs.map(tensor => valueInfo(tensor.name, tensor)),
      output: [...lowered.outputs].map(([name, tensor]) => valueInfo(name, tensor)),
    },
  };
  return { bytes: onnx.ModelProto.encode(model).finish(), weightFolder: folderOf(lowered.weights) };
}

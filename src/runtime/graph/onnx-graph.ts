import { onnx } from 'onnx-proto';
import type { ConstantValues, Graph, Weight } from './graph.ts';
import { lower } from './lowering.ts';
import type { PrimitiveNode } from './operators.ts';
import type { ElementType, Tensor } from './tensor.ts';

const types = onnx.TensorProto.DataType;
/** What ONNX calls each type of elements. */
export const typeCodes: Readonly<Record<ElementType, number>> = {
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

import type { OperatorAttributes, OperatorName } from './operators.ts';
import {
  broadcast,
  describe,
  type ElementType,
  extent,
  type Shape,
  sameShape,
  sizeOf,
  type TensorType,
} from './tensor.ts';

type Inputs = readonly TensorType[];

/** Thrown by a rule; the builder adds the operator's name and the shapes. */
class Mismatch extends Error {}

function required(inputs: Inputs, index: number): TensorType {
  const input = inputs[index];
  if (!input) throw new Mismatch(`needs an input ${index}`);
  return input;
}

function check(holds: boolean, problem: string): void {
  if (!holds) throw new Mismatch(problem);
}

function only(inputs: Inputs, count: number): void {
  check(inputs.length === count, `takes ${count} inputs`);
}

function elementwise(inputs: Inputs, result?: ElementType): readonly TensorType[] {
  only(inputs, 2);
  const [a, b] = [required(inputs, 0), required(inputs, 1)];
  check(a.element === b.element, 'the element types differ');
  const shape = broadcast(a.shape, b.shape);
  if (!shape) throw new Mismatch('the shapes do not broadcast');
  return [{ element: result ?? a.element, shape }];
}

function unary(inputs: Inputs): readonly TensorType[] {
  only(inputs, 1);
  const x = required(inputs, 0);
  check(x.element === 'float32', 'works on float32');
  return [x];
}

function reduction(inputs: Inputs, axes: readonly number[]): readonly TensorType[] {
  only(inputs, 1);
  const x = required(inputs, 0);
  check(
    axes.every(axis => Number.isInteger(axis) && axis >= 0 && axis < x.shape.length),
    'an axis is out of range',
  );
  return [{ element: x.element, shape: x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)) }];
}

function matrices(a: Shape, b: Shape): Shape {
  check(a.length >= 2 && b.length >= 2, 'needs matrices');
  check(extent(a, -1) === extent(b, -2), 'the inner extents differ');
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  if (!batch) throw new Mismatch('the batches do not broadcast');
  return [...batch, extent(a, -2), extent(b, -1)];
}

/** Rows along the last axis: their type, and that of one number for each. */
function normalized(inputs: Inputs, parameters: number): readonly [row: TensorType, number: TensorType] {
  only(inputs, 1 + parameters);
  const x = required(inputs, 0);
  check(x.shape.length >= 2, 'works on rows [...,d]');
  const width = extent(x.shape, -1);
  for (const parameter of inputs.slice(1))
    check(parameter.shape.length === 1 && parameter.shape[0] === width, 'a parameter is not as wide as the rows');
  return [x, { element: x.element, shape: [...x.shape.slice(0, -1), 1] }];
}

function turned(x: TensorType, tables: Inputs): readonly TensorType[] {
  check(x.shape.length === 4, 'works on [batch, heads, n, headSize]');
  const [positions, headSize] = [extent(x.shape, 2), extent(x.shape, 3)];
  for (const { shape } of tables)
    check(shape.length === 2 && shape[0] === positions && 2 * extent(shape, 1) <= headSize, 'a table does not fit');
  return [x];
}

function crossEntropy(inputs: Inputs): readonly TensorType[] {
  const hidden = required(inputs, 0);
  const targets = required(inputs, 1);
  const looked = required(inputs, 3);
  const chunks = inputs.slice(4);
  check(chunks.length > 0, 'needs the rows of the output projection');
  const rows = extent(hidden.shape, 0);
  check(hidden.shape.length === 2, 'hidden states are rows [n,d]');
  check(
    targets.element === 'int32' && targets.shape.length === 2 && sizeOf(targets.shape) === rows,
    'targets are int32 [n,1]',
  );
  check(sizeOf(required(inputs, 2).shape) === rows, 'sharpness is [n,1]');
  check(looked.element === 'int32' && looked.shape.length === 1, 'the rows looked at are int32 [looked]');
  for (const chunk of chunks)
    check(
      chunk.shape.length === 2 && chunk.shape[1] === hidden.shape[1],
      'a part of the output projection is not as wide as the hidden states',
    );
  const column: TensorType = { element: 'float32', shape: [rows, 1] };
  const logits = chunks.map(
    ({ shape }): TensorType => ({ element: 'float32', shape: [extent(looked.shape, 0), extent(shape, 0)] }),
  );
  return [column, { element: 'int32', shape: [rows, 1] }, column, hidden, ...logits];
}

type Rule<Name extends OperatorName> = (inputs: Inputs, attributes: OperatorAttributes[Name]) => readonly TensorType[];

const rules: { readonly [Name in OperatorName]: Rule<Name> } = {
  Add: inputs => elementwise(inputs),
  Sub: inputs => elementwise(inputs),
  Mul: inputs => elementwise(inputs),
  Div: inputs => elementwise(inputs),
  Max: inputs => elementwise(inputs),
  Min: inputs => elementwise(inputs),
  Exp: unary,
  Log: unary,
  Sqrt: unary,
  Reciprocal: unary,
  Erf: unary,
  Sigmoid: unary,
  Equal: inputs => elementwise(inputs, 'bool'),
  Greater: inputs => elementwise(inputs, 'bool'),
  Where: inputs => {
    only(inputs, 3);
    const [condition, a, b] = [required(inputs, 0), required(inputs, 1), required(inputs, 2)];
    check(condition.element === 'bool', 'the condition is not bool');
    check(a.element === b.element, 'the element types differ');
    const values = broadcast(a.shape, b.shape);
    const shape = values && broadcast(condition.shape, values);
    if (!shape) throw new Mismatch('the shapes do not broadcast');
    return [{ element: a.element, shape }];
  },
  Cast: (inputs, { to }) => {
    only(inputs, 1);
    return [{ element: to, shape: required(inputs, 0).shape }];
  },
  MatMul: inputs => {
    only(inputs, 2);
    const [a, b] = [required(inputs, 0), required(inputs, 1)];
    check(a.element === 'float32' && b.element === 'float32', 'works on float32');
    return [{ element: 'float32', shape: matrices(a.shape, b.shape) }];
  },
  Gemm: (inputs, { transposeB }) => {
    check(inputs.length === 2 || inputs.length === 3, 'takes 2 or 3 inputs');
    const [a, b] = [required(inputs, 0), required(inputs, 1)];
    check(a.element === b.element, 'the element types differ');
    check(a.shape.length === 2 && b.shape.length === 2, 'needs matrices without a batch');
    const shape = matrices(a.shape, transposeB ? [...b.shape].reverse() : b.shape);
    const addend = inputs[2];
    if (addend)
      check(
        sizeOf(addend.shape) === shape[1] || sameShape(addend.shape, shape),
        'what is added is no row and no matrix',
      );
    return [{ element: a.element, shape }];
  },
  QuantizeLinear: (inputs, { axis }) => {
    only(inputs, 2);
    const [x, scales] = [required(inputs, 0), required(inputs, 1)];
    check(x.element === 'float32' && scales.element === 'float32', 'works on float32');
    check(scales.shape.length === 1 && scales.shape[0] === extent(x.shape, axis), 'there is not one scale for each');
    return [{ element: 'int8', shape: x.shape }];
  },
  DynamicQuantizeMatMul: inputs => {
    only(inputs, 3);
    const [x, weight, scales] = [required(inputs, 0), required(inputs, 1), required(inputs, 2)];
    check(x.element === 'float32' && weight.element === 'int8' && scales.element === 'float32', 'has other types');
    check(x.shape.length === 2 && weight.shape.length === 2, 'needs matrices without a batch');
    const shape = matrices(x.shape, weight.shape);
    check(scales.shape.length === 1 && scales.shape[0] === shape[1], 'there is not one scale for each column');
    return [{ element: 'float32', shape }];
  },
  Reshape: (inputs, { shape }) => {
    only(inputs, 1);
    const x = required(inputs, 0);
    check(sizeOf(x.shape) === sizeOf(shape), `cannot become [${shape.join(',')}]`);
    return [{ element: x.element, shape }];
  },
  Transpose: (inputs, { permutation }) => {
    only(inputs, 1);
    const x = required(inputs, 0);
    check(
      [...permutation].sort((a, b) => a - b).every((axis, i) => axis === i),
      'the permutation is none',
    );
    check(permutation.length === x.shape.length, 'the permutation has another rank');
    return [{ element: x.element, shape: permutation.map(axis => extent(x.shape, axis)) }];
  },
  Concat: (inputs, { axis }) => {
    const first = required(inputs, 0);
    for (const { element, shape } of inputs) {
      check(element === first.element, 'the element types differ');
      check(
        shape.length === first.shape.length && shape.every((n, i) => i === axis || n === first.shape[i]),
        'the shapes differ beside the axis',
      );
    }
    const total = inputs.reduce((sum, { shape }) => sum + extent(shape, axis), 0);
    return [{ element: first.element, shape: first.shape.map((n, i) => (i === axis ? total : n)) }];
  },
  Split: (inputs, { axis, sizes }) => {
    only(inputs, 1);
    const x = required(inputs, 0);
    check(sizes.reduce((sum, size) => sum + size, 0) === extent(x.shape, axis), 'the sizes do not add up');
    return sizes.map(size => ({ element: x.element, shape: x.shape.map((n, i) => (i === axis ? size : n)) }));
  },
  Slice: (inputs, { axis, first, end }) => {
    only(inputs, 1);
    const x = required(inputs, 0);
    check(0 <= first && first < end && end <= extent(x.shape, axis), 'the slice is not inside, or empty');
    return [{ element: x.element, shape: x.shape.map((n, i) => (i === axis ? end - first : n)) }];
  },
  Softmax: (inputs, { axis }) => {
    const [x] = unary(inputs);
    extent(required(inputs, 0).shape, axis);
    return x ? [x] : [];
  },
  ReduceSum: (inputs, { axes }) => reduction(inputs, axes),
  ReduceMax: (inputs, { axes }) => reduction(inputs, axes),
  ReduceMin: (inputs, { axes }) => reduction(inputs, axes),
  ReduceMean: (inputs, { axes }) => reduction(inputs, axes),
  ArgMax: (inputs, { axis }) => reduction(inputs, [axis]).map(({ shape }) => ({ element: 'int64', shape })),
  Gather: inputs => {
    only(inputs, 2);
    const [x, indices] = [required(inputs, 0), required(inputs, 1)];
    check(indices.element === 'int32' || indices.element === 'int64', 'the indices are not integers');
    return [{ element: x.element, shape: [...indices.shape, ...x.shape.slice(1)] }];
  },
  GatherElements: (inputs, { axis }) => {
    only(inputs, 2);
    const [x, indices] = [required(inputs, 0), required(inputs, 1)];
    check(indices.element === 'int32' || indices.element === 'int64', 'the indices are not integers');
    check(
      x.shape.length === indices.shape.length && x.shape.every((n, i) => i === axis || n === indices.shape[i]),
      'the index has another shape beside the axis',
    );
    return [{ element: x.element, shape: indices.shape }];
  },
  LayerNormalization: inputs => {
    const [row, number] = normalized(inputs, inputs.length - 1);
    return [row, number, number];
  },
  SimplifiedLayerNormalization: inputs => normalized(inputs, 1),
  RotaryEmbedding: inputs => {
    only(inputs, 4);
    check(required(inputs, 1).element === 'int64', 'the first row is not int64');
    return turned(required(inputs, 0), inputs.slice(2));
  },
  LayerNorm: inputs => {
    const [row, number] = normalized(inputs, 2);
    return [row, row, number];
  },
  RmsNorm: inputs => {
    const [row, number] = normalized(inputs, 1);
    return [row, row, number];
  },
  Rotate: inputs => {
    only(inputs, 3);
    return turned(required(inputs, 0), inputs.slice(1));
  },
  Gelu: inputs => [...unary(inputs), ...unary(inputs), ...unary(inputs)],
  GeluTanh: inputs => [...unary(inputs), ...unary(inputs), ...unary(inputs)],
  Silu: inputs => [...unary(inputs), ...unary(inputs)],
  VocabularyCrossEntropy: crossEntropy,
};

/**
 * Element types and shapes of an operator's outputs.
 * @throws Error naming the operator, what is wrong and the types of all inputs.
 */
export function inferOutputs<Name extends OperatorName>(
  operator: Name,
  inputs: Inputs,
  attributes: OperatorAttributes[Name],
): readonly TensorType[] {
  try {
    return rules[operator](inputs, attributes);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`${operator}(${inputs.map(describe).join(', ')}): ${problem}`);
  }
}

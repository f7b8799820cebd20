import { inferOutputs } from './inference.ts';
import {
  allFused,
  type FusedOperators,
  type GraphNode,
  type OperatorAttributes,
  type OperatorName,
} from './operators.ts';
import { type ElementType, extent, type Shape, sizeOf, type Tensor, type TensorType } from './tensor.ts';

export type ConstantValues = Float32Array | Int32Array | BigInt64Array;

export interface Constant {
  readonly tensor: Tensor;
  readonly values: ConstantValues;
}

/** Where the bytes of a frozen weight lie: in the user's own file, never copied. */
export interface WeightLocation {
  /** Absolute path of the real file. */
  readonly file: string;
  readonly offset: number;
  readonly byteLength: number;
}

export interface Weight {
  readonly tensor: Tensor;
  readonly location: WeightLocation;
  /** Whether the runtime leaves it as it is when it loads the graph, and computes nothing of it beforehand. */
  readonly stays?: boolean;
}

/** Anything that can be serialized and run. Nodes stand in topological order. */
export interface Graph {
  /** Which of the runtime's own operators it becomes. */
  readonly fused: FusedOperators;
  readonly inputs: readonly Tensor[];
  /** Tensors by the name under which they are returned. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly constants: readonly Constant[];
  readonly weights: readonly Weight[];
  readonly nodes: readonly GraphNode[];
}

const elementOfValues = (values: ConstantValues): ElementType =>
  values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'int64';

/**
 * Collects nodes in the order in which they are applied. Names are made of the operator and a counter, and equal
 * constants and weights are shared, so that the same calls give the same graph to the byte.
 */
export class GraphBuilder implements Graph {
  readonly inputs: Tensor[] = [];
  readonly outputs = new Map<string, Tensor>();
  readonly constants: Constant[] = [];
  readonly weights: Weight[] = [];
  readonly nodes: GraphNode[] = [];
  private readonly constantsByContent = new Map<string, Tensor>();
  private readonly madeOnce = new Map<string, Tensor>();
  private readonly weightsByPlace = new Map<string, Tensor>();
  private readonly producers = new Map<string, GraphNode>();
  private condition: Tensor | undefined;

  /** @param fused those of the runtime's own operators that are right where the graph is to run */
  constructor(readonly fused: FusedOperators = allFused) {}

  input(name: string, element: ElementType, shape: Shape): Tensor {
    const tensor = { name, element, shape };
    this.inputs.push(tensor);
    return tensor;
  }

  /** Returns a tensor to the caller of the graph, under a name of its own. */
  output(name: string, tensor: Tensor): void {
    this.outputs.set(name, tensor);
  }

  constant(values: ConstantValues, shape: Shape): Tensor {
    if (values.length !== sizeOf(shape)) throw new Error(`constant: ${values.length} values for [${shape.join(',')}]`);
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
    const element = elementOfValues(values);
    const key = `${element}[${shape.join(',')}]${bytes}`;
    const known = this.constantsByContent.get(key);
    if (known) return known;
    const tensor = { name: `constant_${this.constants.length}`, element, shape };
    this.constantsByContent.set(key, tensor);
    this.constants.push({ tensor, values });
    return tensor;
  }

  /**
   * What many nodes take: made once in a graph, however often it is asked for by its key, and always: where one use is
   * conditional another need not be.
   */
  once(key: string, make: () => Tensor): Tensor {
    const known = this.madeOnce.get(key);
    if (known) return known;
    const made = this.when(undefined, make);
    this.madeOnce.set(key, made);
    return made;
  }

  /** A float32 constant of rank 0. */
  scalar(value: number): Tensor {
    return this.constant(new Float32Array([value]), []);
  }

  /** A frozen weight, as float32: narrower ones get a Cast, which the runtime folds when it loads the graph. */
  weight(name: string, type: TensorType, location: WeightLocation): Tensor {
    const key = `${location.file}@${location.offset}[${type.shape.join(',')}]`;
    const known = this.weightsByPlace.get(key);
    if (known) return known;
    const stored = { name, element: type.element, shape: type.shape };
    this.weights.push({ tensor: stored, location });
    const tensor = type.element === 'float32' ? stored : this.apply('Cast', [stored], { to: 'float32' });
    this.weightsByPlace.set(key, tensor);
    return tensor;
  }

  /**
   * Nodes that `build` applies are run only where a bool input [1] is true. Their values are for each other and for
   * outputs of the graph, which hold nothing of use where it is false. Undefined: they are run always.
   */
  when<T>(condition: Tensor | undefined, build: () => T): T {
    const outer = this.condition;
    this.condition = condition;
    try {
      return build();
    } finally {
      this.condition = outer;
    }
  }

  /** Adds a node; for operators with one output. */
  apply<Name extends OperatorName>(
    operator: Name,
    inputs: readonly Tensor[],
    attributes: OperatorAttributes[Name],
  ): Tensor {
    const [first] = this.applyAll(operator, inputs, attributes);
    if (!first) throw new Error(`${operator} has no output`);
    return first;
  }

  /** Adds a node; all its outputs. */
  applyAll<Name extends OperatorName>(
    operator: Name,
    inputs: readonly Tensor[],
    attributes: OperatorAttributes[Name],
  ): readonly Tensor[] {
    const types = inferOutputs(operator, inputs, attributes);
    const index = this.nodes.length;
    const outputs = types.map((type, i) => ({ ...type, name: `${operator}_${index}${i ? `_${i}` : ''}` }));
    // The compiler cannot see that name and attributes of a generic call belong to the same member of the union.
    const node = { operator, attributes, inputs, outputs, ...this.conditional() } as GraphNode;
    this.nodes.push(node);
    for (const { name } of outputs) this.producers.set(name, node);
    return outputs;
  }

  private conditional(): { condition?: Tensor } {
    return this.condition ? { condition: this.condition } : {};
  }

  /** The node that computes a tensor; undefined for inputs, constants and weights. */
  producer({ name }: Tensor): GraphNode | undefined {
    return this.producers.get(name);
  }

  add = (a: Tensor, b: Tensor): Tensor => this.apply('Add', [a, b], {});
  subtract = (a: Tensor, b: Tensor): Tensor => this.apply('Sub', [a, b], {});
  multiply = (a: Tensor, b: Tensor): Tensor => this.apply('Mul', [a, b], {});
  divide = (a: Tensor, b: Tensor): Tensor => this.apply('Div', [a, b], {});
  exp = (x: Tensor): Tensor => this.apply('Exp', [x], {});
  log = (x: Tensor): Tensor => this.apply('Log', [x], {});
  matmul = (a: Tensor, b: Tensor): Tensor => this.apply('MatMul', [a, b], {});
  reshape = (x: Tensor, shape: Shape): Tensor => this.apply('Reshape', [x], { shape });
  softmax = (x: Tensor): Tensor => this.apply('Softmax', [x], { axis: -1 });
  sum = (x: Tensor, axes: readonly number[]): Tensor => this.apply('ReduceSum', [x], { axes });
  mean = (x: Tensor, axes: readonly number[]): Tensor => this.apply('ReduceMean', [x], { axes });

  /** A transpose of a transpose is one transpose, or none: the reverse pass often undoes what the forward pass did. */
  transpose(x: Tensor, permutation: readonly number[]): Tensor {
    const inner = this.producer(x);
    if (inner?.operator !== 'Transpose') return this.apply('Transpose', [x], { permutation });
    const [original] = inner.inputs;
    if (!original) throw new Error('Transpose has no input');
    const composed = permutation.map(axis => extent(inner.attributes.permutation, axis));
    return composed.every((axis, i) => axis === i) ? original : this.transpose(original, composed);
  }

  /** x [m,k] times the transposed weight [n,k], the layout of checkpoints, plus an optional row [n] or matrix [m,n]. */
  linear(x: Tensor, weight: Tensor, addend?: Tensor): Tensor {
    return this.apply('Gemm', addend ? [x, weight, addend] : [x, weight], { transposeB: true });
  }
}

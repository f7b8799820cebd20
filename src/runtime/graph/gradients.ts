import type { GraphBuilder } from './graph.ts';
import { geluTanh, type NodeOf, type OperatorName } from './operators.ts';
import { extent, sizeOf, type Tensor } from './tensor.ts';

/** What a rule may use: the node's stored values, and the gradient of the objective by its outputs. */
export interface StoredValues {
  readonly graph: GraphBuilder;
  readonly input: (index: number) => Tensor;
  readonly output: (index: number) => Tensor;
  /** Gradient by an output. Zeros where nothing depends on it. */
  readonly upstream: (index: number) => Tensor;
}

interface Context<Name extends OperatorName> extends StoredValues {
  readonly node: NodeOf<Name>;
}

/** One gradient per input, each emitted only when the walker asks; undefined where there is none by design. */
type InputGradients = readonly ((() => Tensor) | undefined)[];

type GradientRule<Name extends OperatorName> = (context: Context<Name>) => InputGradients;

/** For operators whose value does not change with small changes of the input. */
const flat = (): InputGradients => [];

const swapLast = (graph: GraphBuilder, x: Tensor): Tensor => {
  const rank = x.shape.length;
  const permutation = x.shape.map((_, axis) => axis);
  return graph.transpose(x, [...permutation.slice(0, rank - 2), rank - 1, rank - 2]);
};

/**
 * A gradient with its axes permuted. (AB)ᵀ is formed as BᵀAᵀ, whose transposes the runtime takes into the product or,
 * more often, cancel; the product that is not needed then is dropped with all dead nodes.
 */
function transposed(graph: GraphBuilder, x: Tensor, permutation: readonly number[]): Tensor {
  const [a, b] = graph.producer(x)?.operator === 'MatMul' ? (graph.producer(x)?.inputs ?? []) : [];
  const rank = permutation.length;
  const swapsLast = permutation.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
  if (!a || !b || !swapsLast || a.shape.length !== rank || b.shape.length !== rank)
    return graph.transpose(x, permutation);
  return graph.matmul(swapLast(graph, b), swapLast(graph, a));
}

/** x [...,d] -> normalized: y = x̂ · scale (+ shift), both norms share all but the centering. */
function normGradient(
  { graph, input, output, upstream }: Context<'LayerNorm' | 'RmsNorm'>,
  centered: boolean,
): InputGradients {
  return [
    () => {
      const [normalized, inverse] = [output(1), output(2)];
      const rows = [normalized.shape.length - 1];
      const inner = graph.multiply(upstream(0), input(1));
      const along = graph.mean(graph.multiply(inner, normalized), rows);
      const flattened = graph.subtract(inner, graph.multiply(normalized, along));
      return graph.multiply(centered ? graph.subtract(flattened, graph.mean(inner, rows)) : flattened, inverse);
    },
  ];
}

/**
 * The gradient of every operator by its inputs. Exhaustive by type: an operator without a rule does not compile.
 * Rules may return gradients of a broadcast shape; the walker sums them back (`backward.ts`).
 */
const gradientRules: { readonly [Name in OperatorName]: GradientRule<Name> } = {
  Add: ({ upstream }) => [() => upstream(0), () => upstream(0)],
  Sub: ({ graph, upstream }) => [() => upstream(0), () => graph.multiply(upstream(0), graph.scalar(-1))],
  Mul: ({ graph, input, upstream }) => [
    () => graph.multiply(upstream(0), input(1)),
    () => graph.multiply(upstream(0), input(0)),
  ],
  Div: ({ graph, input, output, upstream }) => [
    () => graph.divide(upstream(0), input(1)),
    () => graph.multiply(graph.divide(graph.multiply(upstream(0), output(0)), input(1)), graph.scalar(-1)),
  ],
  Max: ({ graph, input, upstream }) =>
    selected(graph, upstream(0), () => graph.apply('Greater', [input(1), input(0)], {})),
  Min: ({ graph, input, upstream }) =>
    selected(graph, upstream(0), () => graph.apply('Greater', [input(0), input(1)], {})),
  // What becomes these does so when the reverse pass has been made (lowering.ts, narrow-products.ts).
  LayerNormalization: flat,
  SimplifiedLayerNormalization: flat,
  RotaryEmbedding: flat,
  DynamicQuantizeMatMul: flat,
  QuantizeLinear: flat,
  Exp: ({ graph, output, upstream }) => [() => graph.multiply(upstream(0), output(0))],
  Log: ({ graph, input, upstream }) => [() => graph.divide(upstream(0), input(0))],
  Sqrt: ({ graph, output, upstream }) => [
    () => graph.divide(graph.multiply(upstream(0), graph.scalar(0.5)), output(0)),
  ],
  Reciprocal: ({ graph, output, upstream }) => [
    () => graph.multiply(graph.multiply(upstream(0), graph.scalar(-1)), graph.multiply(output(0), output(0))),
  ],
  Erf: ({ graph, input, upstream }) => [
    () => {
      const density = graph.exp(graph.multiply(graph.multiply(input(0), input(0)), graph.scalar(-1)));
      return graph.multiply(upstream(0), graph.multiply(density, graph.scalar(2 / Math.sqrt(Math.PI))));
    },
  ],
  Sigmoid: ({ graph, output, upstream }) => [
    () => graph.multiply(upstream(0), graph.multiply(output(0), graph.subtract(graph.scalar(1), output(0)))),
  ],
  Equal: flat,
  Greater: flat,
  ArgMax: flat,
  Cast: ({ graph, input, upstream }) => [() => graph.apply('Cast', [upstream(0)], { to: input(0).element })],
  Where: ({ graph, input, upstream }) => [undefined, ...selected(graph, upstream(0), () => input(0)).reverse()],
  MatMul: ({ graph, input, upstream }) => [
    () => graph.matmul(upstream(0), swapLast(graph, input(1))),
    () => graph.matmul(swapLast(graph, input(0)), upstream(0)),
  ],
  Gemm: ({ graph, node, input, upstream }) => [
    () => graph.apply('Gemm', [upstream(0), input(1)], { transposeB: !node.attributes.transposeB }),
    () =>
      node.attributes.transposeB
        ? graph.matmul(swapLast(graph, upstream(0)), input(0))
        : graph.matmul(swapLast(graph, input(0)), upstream(0)),
    () => upstream(0),
  ],
  Reshape: ({ graph, input, upstream }) => [() => graph.reshape(upstream(0), input(0).shape)],
  Transpose: ({ graph, node, upstream }) => [
    () => {
      const { permutation } = node.attributes;
      return transposed(
        graph,
        upstream(0),
        permutation.map((_, axis) => permutation.indexOf(axis)),
      );
    },
  ],
  Concat: ({ graph, node, upstream }) => {
    const { axis } = node.attributes;
    let end = 0;
    // A slice for each, and no split: what nobody asks for may be empty.
    return node.inputs.map(({ shape }) => {
      const first = end;
      end += extent(shape, axis);
      const slice = { axis, first, end };
      return () => graph.apply('Slice', [upstream(0)], slice);
    });
  },
  Slice: ({ graph, node, input, upstream }) => [
    () => {
      const { axis, first, end } = node.attributes;
      const zeros = (count: number): Tensor[] => {
        const shape = input(0).shape.map((n, i) => (i === axis ? count : n));
        return count ? [graph.constant(new Float32Array(sizeOf(shape)), shape)] : [];
      };
      const parts = [...zeros(first), upstream(0), ...zeros(extent(input(0).shape, axis) - end)];
      return parts.length > 1 ? graph.apply('Concat', parts, { axis }) : upstream(0);
    },
  ],
  Split: ({ graph, node, upstream }) => [
    () =>
      graph.apply(
        'Concat',
        node.outputs.map((_, index) => upstream(index)),
        { axis: node.attributes.axis },
      ),
  ],
  Softmax: ({ graph, node, output, upstream }) => [
    () => {
      const axis = node.attributes.axis < 0 ? output(0).shape.length + node.attributes.axis : node.attributes.axis;
      const total = graph.sum(graph.multiply(upstream(0), output(0)), [axis]);
      return graph.multiply(graph.subtract(upstream(0), total), output(0));
    },
  ],
  ReduceSum: ({ graph, input, upstream }) => [() => spread(graph, upstream(0), input(0))],
  ReduceMean: ({ graph, node, input, upstream }) => [
    () => {
      const count = node.attributes.axes.reduce((product, axis) => product * extent(input(0).shape, axis), 1);
      return spread(graph, graph.multiply(upstream(0), graph.scalar(1 / count)), input(0));
    },
  ],
  ReduceMax: context => [() => atExtreme(context)],
  ReduceMin: context => [() => atExtreme(context)],
  // Rows are gathered from frozen weights only, elements from logits inside the cross-entropy, which has its own rule.
  Gather: flat,
  GatherElements: flat,
  LayerNorm: context => normGradient(context, true),
  RmsNorm: context => normGradient(context, false),
  // d/dx xΦ(x) = Φ(x) + xφ(x)
  Gelu: ({ graph, output, upstream }) => [
    () => {
      const [distribution, scaled] = [output(1), output(2)];
      // With u = x/√2: xφ(x) = u · exp(-u² - log √π). The constant in the exponent spares a pass over the values, and u in
      // place of x spares keeping both.
      const exponent = graph.subtract(graph.scalar(-0.5 * Math.log(Math.PI)), graph.multiply(scaled, scaled));
      return graph.multiply(upstream(0), graph.add(distribution, graph.multiply(scaled, graph.exp(exponent))));
    },
  ],
  // d/dx xσ(z) = σ(z) + y (1 - σ(z)) dz/dx, with y = xσ(z)
  GeluTanh: ({ graph, output, upstream }) => [
    () => {
      const [value, gate, square] = [output(0), output(1), output(2)];
      const slope = graph.add(graph.multiply(square, graph.scalar(3 * geluTanh.cubic)), graph.scalar(geluTanh.linear));
      const rest = graph.subtract(value, graph.multiply(value, gate));
      return graph.multiply(upstream(0), graph.add(gate, graph.multiply(rest, slope)));
    },
  ],
  // Back by the same angles.
  Rotate: ({ graph, input, upstream }) => [
    () => {
      const [cosine, sine] = [input(1), input(2)];
      const back = graph.once(`negative ${sine.name}`, () => graph.multiply(sine, graph.scalar(-1)));
      return graph.apply('Rotate', [upstream(0), cosine, back], {});
    },
  ],
  // d/dx xσ(x) = σ(x) + y (1 - σ(x)), with y = xσ(x)
  Silu: ({ graph, output, upstream }) => [
    () => {
      const [value, gate] = [output(0), output(1)];
      return graph.multiply(upstream(0), graph.add(gate, graph.subtract(value, graph.multiply(value, gate))));
    },
  ],
  // The forward pass has already computed the gradient of each row's loss by that row's hidden state.
  VocabularyCrossEntropy: ({ graph, output, upstream }) => [() => graph.multiply(upstream(2), output(3))],
};

/** The gradients of one node by its inputs; nothing is emitted until one of them is called. */
export function gradientsOf<Name extends OperatorName>(node: NodeOf<Name>, values: StoredValues): InputGradients {
  return gradientRules[node.operator]({ ...values, node });
}

/** Gradients of (a, b) where the condition chooses b. */
function selected(graph: GraphBuilder, upstream: Tensor, chooseSecond: () => Tensor): (() => Tensor)[] {
  const zero = graph.scalar(0);
  return [
    () => graph.apply('Where', [chooseSecond(), zero, upstream], {}),
    () => graph.apply('Where', [chooseSecond(), upstream, zero], {}),
  ];
}

/** The gradient where the extreme of an axis stands. */
function atExtreme({ graph, input, output, upstream }: StoredValues): Tensor {
  const there = graph.apply('Cast', [graph.apply('Equal', [input(0), output(0)], {})], { to: 'float32' });
  return graph.multiply(there, upstream(0));
}

/** Repeats a reduced gradient over the axes that were reduced. */
function spread(graph: GraphBuilder, reduced: Tensor, like: Tensor): Tensor {
  return graph.multiply(
    reduced,
    graph.constant(new Float32Array(like.shape.reduce((a, b) => a * b, 1)).fill(1), like.shape),
  );
}

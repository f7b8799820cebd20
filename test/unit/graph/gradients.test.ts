import { describe, expect, test } from 'vitest';
import { appendGradients } from '../../../src/runtime/graph/backward.ts';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { allFused, type FusedOperators, noneFused, type OperatorName } from '../../../src/runtime/graph/operators.ts';
import { type Shape, sizeOf, type Tensor } from '../../../src/runtime/graph/tensor.ts';
import { floats } from '../../../src/runtime/onnxruntime/session.ts';
import { load } from '../../support/run-graph.ts';

/** Deterministic values in (-1, 1) without short cycles. */
function noise(shape: Shape, seed: number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * 0.9);
}
const positive = (shape: Shape, seed: number): Float32Array => noise(shape, seed).map(x => 1.2 + x);

interface Case {
  /** Shapes and values of the inputs whose gradient is checked. */
  readonly inputs: readonly Float32Array[];
  readonly shapes: readonly Shape[];
  readonly build: (graph: GraphBuilder, inputs: readonly Tensor[]) => Tensor;
}

const one = (shape: Shape, build: (graph: GraphBuilder, x: Tensor) => Tensor, values = noise): Case => ({
  inputs: [values(shape, 1)],
  shapes: [shape],
  build: (graph, [x]) => build(graph, x as Tensor),
});
const two = (
  a: Shape,
  b: Shape,
  build: (graph: GraphBuilder, a: Tensor, b: Tensor) => Tensor,
  values = noise,
): Case => ({
  inputs: [values(a, 1), values(b, 2)],
  shapes: [a, b],
  build: (graph, [x, y]) => build(graph, x as Tensor, y as Tensor),
});
const weight = (graph: GraphBuilder, shape: Shape, seed: number) => graph.constant(noise(shape, seed), shape);

/** At least one case for every operator that a gradient passes; by type, so that a new operator asks for its own. */
const cases: { readonly [Name in OperatorName]: readonly Case[] | 'not differentiable' } = {
  Add: [two([3, 4], [4], (g, a, b) => g.add(a, b)), two([2, 1, 4], [3, 1], (g, a, b) => g.add(a, b))],
  Sub: [two([3, 4], [3, 1], (g, a, b) => g.subtract(a, b))],
  Mul: [two([3, 4], [1, 4], (g, a, b) => g.multiply(a, b)), one([3, 2], (g, a) => g.multiply(a, a))],
  Div: [two([3, 4], [4], (g, a, b) => g.divide(a, b), positive)],
  Max: [two([3, 4], [3, 4], (g, a, b) => g.apply('Max', [a, b], {}))],
  Min: [two([3, 4], [4], (g, a, b) => g.apply('Min', [a, b], {}))],
  Exp: [one([3, 4], (g, x) => g.exp(x))],
  Log: [one([3, 4], (g, x) => g.log(x), positive)],
  Sqrt: [one([3, 4], (g, x) => g.apply('Sqrt', [x], {}), positive)],
  Reciprocal: [one([3, 4], (g, x) => g.apply('Reciprocal', [x], {}), positive)],
  Erf: [one([3, 4], (g, x) => g.apply('Erf', [x], {}))],
  Sigmoid: [one([3, 4], (g, x) => g.apply('Sigmoid', [x], {}))],
  Equal: 'not differentiable',
  Greater: 'not differentiable',
  ArgMax: 'not differentiable',
  Gather: 'not differentiable',
  QuantizeLinear: 'not differentiable',
  DynamicQuantizeMatMul: 'not differentiable',
  LayerNormalization: 'not differentiable',
  SimplifiedLayerNormalization: 'not differentiable',
  RotaryEmbedding: 'not differentiable',
  GatherElements: 'not differentiable',
  Where: [
    two([3, 4], [4], (g, a, b) =>
      g.apply('Where', [g.apply('Greater', [weight(g, [3, 4], 5), g.scalar(0)], {}), a, b], {}),
    ),
  ],
  Cast: [one([3, 4], (g, x) => g.apply('Cast', [x], { to: 'float32' }))],
  MatMul: [
    two([2, 3, 4], [2, 4, 5], (g, a, b) => g.matmul(a, b)),
    two([2, 3, 4], [4, 5], (g, a, b) => g.matmul(a, b)),
    two([3, 4], [2, 4, 5], (g, a, b) => g.matmul(a, b)),
  ],
  Gemm: [
    two([3, 4], [5, 4], (g, a, b) => g.linear(a, b, weight(g, [5], 3))),
    two([3, 4], [4, 5], (g, a, b) => g.apply('Gemm', [a, b], { transposeB: false })),
    two([3, 4], [5], (g, a, bias) => g.linear(a, weight(g, [5, 4], 3), bias)),
    two([3, 4], [3, 5], (g, a, matrix) => g.linear(a, weight(g, [5, 4], 3), matrix)),
    // Gradients of products are summed within one; those of a sum are the same tensor, which must not be.
    one([3, 4], (g, x) => g.add(g.linear(x, weight(g, [5, 4], 3)), g.linear(x, weight(g, [5, 4], 4)))),
    one([3, 4], (g, x) => {
      const y = g.linear(x, weight(g, [4, 4], 3));
      return g.linear(g.add(g.add(x, y), g.multiply(x, y)), weight(g, [2, 4], 4));
    }),
  ],
  Reshape: [one([3, 4], (g, x) => g.reshape(x, [2, 6]))],
  Transpose: [one([2, 3, 4], (g, x) => g.transpose(x, [2, 0, 1]))],
  Concat: [two([2, 3], [2, 1], (g, a, b) => g.apply('Concat', [a, b, a], { axis: 1 }))],
  Split: [
    one([2, 6], (g, x) => {
      const [a, , c] = g.applyAll('Split', [x], { axis: 1, sizes: [2, 2, 2] });
      return g.multiply(a as Tensor, c as Tensor);
    }),
  ],
  Slice: [
    one([2, 6], (g, x) => g.apply('Slice', [x], { axis: 1, first: 1, end: 4 })),
    one([4, 2], (g, x) => g.apply('Slice', [x], { axis: 0, first: 0, end: 4 })),
  ],
  Softmax: [one([3, 5], (g, x) => g.softmax(x))],
  ReduceSum: [one([2, 3, 4], (g, x) => g.sum(x, [0, 2]))],
  ReduceMean: [one([2, 3, 4], (g, x) => g.mean(x, [1, 2]))],
  ReduceMax: [one([3, 5], (g, x) => g.apply('ReduceMax', [x], { axes: [1] }))],
  ReduceMin: [one([2, 4], (g, x) => g.apply('ReduceMin', [x], { axes: [1] }))],
  LayerNorm: [
    one([3, 8], (g, x) => g.apply('LayerNorm', [x, weight(g, [8], 3), weight(g, [8], 4)], { epsilon: 1e-5 })),
  ],
  RmsNorm: [
    one([3, 8], (g, x) => g.apply('RmsNorm', [x, weight(g, [8], 3)], { epsilon: 1e-5 })),
    one([2, 2, 3, 8], (g, x) => g.apply('RmsNorm', [x, weight(g, [8], 3)], { epsilon: 1e-5 })),
  ],
  Rotate: [
    one([2, 3, 4, 6], (g, x) => g.apply('Rotate', [x, weight(g, [4, 3], 3), weight(g, [4, 3], 4)], {})),
    one([1, 2, 3, 8], (g, x) => g.apply('Rotate', [x, weight(g, [3, 2], 3), weight(g, [3, 2], 4)], {})),
  ],
  Gelu: [one([3, 4], (g, x) => g.apply('Gelu', [x], {}))],
  GeluTanh: [one([3, 4], (g, x) => g.apply('GeluTanh', [x], {}))],
  Silu: [one([3, 4], (g, x) => g.apply('Silu', [x], {}))],
  VocabularyCrossEntropy: [one([3, 4], crossEntropy), one([3, 4], wholeCrossEntropy)],
};

/** With the runtime's own operators or without them. */
const mayBeFused: ReadonlySet<string> = new Set<OperatorName>(['LayerNorm', 'RmsNorm', 'Rotate']);

const looked = (graph: GraphBuilder): Tensor => graph.constant(Int32Array.of(1), [1]);

/** All of the vocabulary at once. */
function wholeCrossEntropy(graph: GraphBuilder, hidden: Tensor): Tensor {
  const targets = graph.constant(Int32Array.from([0, 6, 8]), [3, 1]);
  const sharpness = graph.constant(Float32Array.from([1, 2, 8]), [3, 1]);
  const outputs = graph.applyAll(
    'VocabularyCrossEntropy',
    [hidden, targets, sharpness, looked(graph), weight(graph, [9, 4], 5)],
    {},
  );
  return outputs[2] as Tensor;
}

function crossEntropy(graph: GraphBuilder, hidden: Tensor): Tensor {
  const targets = graph.constant(Int32Array.from([0, 6, 8]), [3, 1]);
  const sharpness = graph.constant(Float32Array.from([1, 2, 8]), [3, 1]);
  const chunks = [weight(graph, [5, 4], 5), weight(graph, [4, 4], 6)];
  const [, , loss] = graph.applyAll(
    'VocabularyCrossEntropy',
    [hidden, targets, sharpness, looked(graph), ...chunks],
    {},
  );
  return loss as Tensor;
}

/** The objective is a fixed random mix of the outputs, so that no direction of the output goes unseen. */
function withGradients({ shapes, build }: Case, fused: FusedOperators): GraphBuilder {
  const graph = new GraphBuilder(fused);
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, 'float32', shape));
  const result = build(graph, inputs);
  const mixed = graph.multiply(result, weight(graph, result.shape, 9));
  const objective = graph.sum(
    mixed,
    result.shape.map((_, axis) => axis),
  );
  graph.output('objective', objective);
  // A gradient may be the value of another one; an output has to be computed for itself.
  for (const [i, gradient] of appendGradients(graph, objective, inputs).entries())
    graph.output(`gradient${i}`, graph.multiply(gradient, graph.scalar(1)));
  return graph;
}

describe('gradient rules agree with central differences', () => {
  for (const [operator, operatorCases] of Object.entries(cases)) {
    if (operatorCases === 'not differentiable') continue;
    const tried = operatorCases.flatMap(testCase =>
      mayBeFused.has(operator)
        ? [[testCase, allFused] as const, [testCase, noneFused] as const]
        : [[testCase, allFused] as const],
    );
    for (const [index, [testCase, fused]] of tried.entries())
      test(`${operator}${index ? ` (${index + 1})` : ''}`, async () => {
        const run = await load(withGradients(testCase, fused));
        const feeds = Object.fromEntries(testCase.inputs.map((values, i) => [`x${i}`, values]));
        const analytic = await run(feeds);
        const step = 1 / 128;
        for (const [i, values] of testCase.inputs.entries()) {
          const gradient = floats(analytic, `gradient${i}`);
          const scale = Math.max(...gradient.map(Math.abs), 0.1);
          for (const [j, x] of values.entries()) {
            const at = async (moved: number) => {
              const [objective] = floats(await run({ ...feeds, [`x${i}`]: values.with(j, moved) }), 'objective');
              return objective ?? Number.NaN;
            };
            // Fourth order, so that the step may be large enough for single precision.
            const near = (await at(x + step)) - (await at(x - step));
            const far = (await at(x + 2 * step)) - (await at(x - 2 * step));
            const difference = (8 * near - far) / (12 * step);
            expect(Math.abs(difference - (gradient[j] ?? Number.NaN)) / scale).toBeLessThan(2e-3);
          }
        }
      });
  }
});

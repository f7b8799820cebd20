import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { modelGraph, type Passes, type Precision } from '../../../src/runtime/training/model-graph.ts';
import { fixtureModel } from '../../support/paths.ts';
import { computations } from '../../support/reference.ts';

/**
 * What the CPU, CUDA and WebGPU providers of the pinned runtime all have, for the element types that we use. Before an
 * operator is added here, look for its kernel in all three; WebGPU has no LogSoftmax, OneHot, Attention or FusedMatMul.
 */
const onEveryProvider = new Set([
  'Add',
  'ArgMax',
  'Cast',
  'Concat',
  'Div',
  'Equal',
  'Erf',
  'Exp',
  'Gather',
  'GatherElements',
  'Gemm',
  'Greater',
  'Identity',
  'If',
  'Log',
  'MatMul',
  'Max',
  'Min',
  'Mul',
  'Reciprocal',
  'ReduceMax',
  'ReduceMean',
  'ReduceSum',
  'Reshape',
  'Sigmoid',
  'Slice',
  'Softmax',
  'Split',
  'Sqrt',
  'Sub',
  'Transpose',
  'Where',
]);

/** Those of branches, too. */
function nodesOf(graph: onnx.IGraphProto | null | undefined): onnx.INodeProto[] {
  return (graph?.node ?? []).flatMap(node => [node, ...(node.attribute ?? []).flatMap(({ g }) => nodesOf(g))]);
}

describe.each(computations)('the graphs of %s', name => {
  test('hold only operators that every provider runs, of the default domain', async () => {
    const model = await openModel(fixtureModel(name));
    for (const passes of ['training', 'forward'] as const) {
      const { graph, opsetImport } = onnx.ModelProto.decode(modelGraph(model, passes).serialized.bytes);
      const nodes = nodesOf(graph);
      expect(nodes.some(({ opType }) => opType === 'If')).toBe(passes === 'training');
      expect(nodes.length).toBeGreaterThan(5);
      expect(nodes.map(({ opType }) => opType).filter(operator => !onEveryProvider.has(operator ?? ''))).toEqual([]);
      expect(new Set(nodes.map(({ domain }) => domain))).toEqual(new Set(['']));
      expect(opsetImport?.[0]?.domain).toBe('');
    }
  });

  test('take the operators of the 8-bit graph, which runs on the CPU only, for its products alone', async () => {
    const model = await openModel(fixtureModel(name));
    const operators = (precision: Precision) =>
      nodesOf(onnx.ModelProto.decode(modelGraph(model, 'training', precision).serialized.bytes).graph).map(
        ({ opType }) => opType ?? '',
      );
    const [exact, eightBit] = [operators('float32'), operators('int8')];
    const count = (all: readonly string[], wanted: string) => all.filter(operator => operator === wanted).length;
    expect(count(exact, 'Gemm')).toBeGreaterThan(0);
    expect(count(eightBit, 'Gemm')).toBe(0);
    expect(count(eightBit, 'DynamicQuantizeMatMul')).toBe(count(exact, 'Gemm'));
    const own = new Set(eightBit.filter(operator => !onEveryProvider.has(operator)));
    expect([...own].sort()).toEqual(['DynamicQuantizeMatMul', 'QuantizeLinear', 'ReduceMin']);
  });

  test('compute no product that a forward pass does not need when no gradient is wanted', async () => {
    const model = await openModel(fixtureModel(name));
    const productsOutside = (passes: Passes): number => {
      const { graph } = onnx.ModelProto.decode(modelGraph(model, passes).serialized.bytes);
      return (graph?.node ?? []).filter(({ opType }) => opType === 'Gemm' || opType === 'MatMul').length;
    };
    expect(productsOutside('forward')).toBeGreaterThan(model.config.layers);
    expect(productsOutside('training')).toBe(productsOutside('forward'));
  });

  test('have the same bytes each time', async () => {
    const [once, again] = await Promise.all([openModel(fixtureModel(name)), openModel(fixtureModel(name))]);
    const bytesOf = (model: Model) => modelGraph(model, 'training').serialized.bytes;
    expect(Buffer.compare(bytesOf(once), bytesOf(again))).toBe(0);
  });
});

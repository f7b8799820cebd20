import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { type DeviceName, deviceNames } from '../../../src/runtime/onnxruntime/device-names.ts';
import { styleOf } from '../../../src/runtime/training/graph-style.ts';
import { modelGraph, type Passes, type Precision } from '../../../src/runtime/training/model-graph.ts';
import { computations } from '../../fixtures/names.ts';
import { fixtureModel } from '../../support/paths.ts';

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

/** The runtime's own operators in place of composite ones, which not every provider has, or has right. */
function onProvider(device: DeviceName): ReadonlySet<string> {
  const { layerNorm, rmsNorm, rotary } = styleOf({ device, prepareWeights: true }).fused;
  return new Set([
    ...onEveryProvider,
    ...(layerNorm ? ['LayerNormalization'] : []),
    ...(rmsNorm ? ['SimplifiedLayerNormalization'] : []),
    ...(rotary ? ['RotaryEmbedding'] : []),
  ]);
}

/** Those of branches, too. */
function nodesOf(graph: onnx.IGraphProto | null | undefined): onnx.INodeProto[] {
  return (graph?.node ?? []).flatMap(node => [node, ...(node.attribute ?? []).flatMap(({ g }) => nodesOf(g))]);
}

describe.each(computations)('the graphs of %s', name => {
  test.each(deviceNames)('hold only operators that the provider of %s runs', async device => {
    const model = await openModel(fixtureModel(name));
    const graphs = [
      ['training', 'float32'],
      ['forward', 'float32'],
      // The processor's graph at low precision has operators of its own, see below.
      ...(device === 'cpu' ? [] : [['training', 'low'] as const]),
    ] as const;
    for (const [passes, precision] of graphs) {
      const { serialized } = modelGraph(model, passes, { device, prepareWeights: true }, precision);
      const { graph, opsetImport } = onnx.ModelProto.decode(serialized.bytes);
      const nodes = nodesOf(graph);
      expect(nodes.some(({ opType }) => opType === 'If')).toBe(passes === 'training');
      expect(nodes.length).toBeGreaterThan(5);
      expect(nodes.map(({ opType }) => opType ?? '').filter(operator => !onProvider(device).has(operator))).toEqual([]);
      const outside = nodes.filter(({ domain }) => domain).map(({ opType }) => opType ?? '');
      expect(outside.filter(operator => operator !== 'RotaryEmbedding')).toEqual([]);
      expect(opsetImport?.[0]?.domain).toBe('');
    }
  });

  test('take the operators of the 8-bit graph, which runs on the CPU only, for its products alone', async () => {
    const model = await openModel(fixtureModel(name));
    const operators = (precision: Precision) =>
      nodesOf(onnx.ModelProto.decode(modelGraph(model, 'training', undefined, precision).serialized.bytes).graph).map(
        ({ opType }) => opType ?? '',
      );
    const [exact, eightBit] = [operators('float32'), operators('low')];
    const count = (all: readonly string[], wanted: string) => all.filter(operator => operator === wanted).length;
    expect(count(exact, 'Gemm')).toBeGreaterThan(0);
    expect(count(eightBit, 'Gemm')).toBe(0);
    expect(count(eightBit, 'DynamicQuantizeMatMul')).toBe(count(exact, 'Gemm'));
    const own = new Set(eightBit.filter(operator => !onProvider('cpu').has(operator)));
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

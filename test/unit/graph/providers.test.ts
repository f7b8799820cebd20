import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { buildDecodeGraph, buildHiddenGraph, buildScoreGraph } from '../../../src/runtime/decoding/forward-graph.ts';
import { serialize } from '../../../src/runtime/graph/onnx.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import { buildStepGraph } from '../../../src/runtime/training/step-graph.ts';
import { fixtureModel } from '../../support/paths.ts';
import { fixtureNames } from '../../support/reference.ts';

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
  'Softmax',
  'Split',
  'Sqrt',
  'Sub',
  'Transpose',
  'Where',
]);

describe.each(fixtureNames)('the graphs of %s', name => {
  test('hold only operators that every provider runs, of the default domain', async () => {
    const model = await openModel(fixtureModel(name));
    const shape = { batch: 2, positions: 8, kinds: 2 };
    const graphs = [
      buildStepGraph(model, shape, true),
      buildStepGraph(model, shape, false),
      buildDecodeGraph(model, shape),
      buildHiddenGraph(model, shape),
      buildScoreGraph(model, 8),
    ];
    for (const graph of graphs) {
      const { graph: written, opsetImport } = onnx.ModelProto.decode(serialize(graph).bytes);
      const nodes = written?.node ?? [];
      expect(nodes.length).toBeGreaterThan(5);
      expect(nodes.map(({ opType }) => opType).filter(operator => !onEveryProvider.has(operator ?? ''))).toEqual([]);
      expect(new Set(nodes.map(({ domain }) => domain))).toEqual(new Set(['']));
      expect(opsetImport).toHaveLength(1);
    }
  });

  test('have the same bytes each time, so that sessions are found again', async () => {
    const model = await openModel(fixtureModel(name));
    const again = await openModel(fixtureModel(name));
    const shape = { batch: 1, positions: 8, kinds: 2 };
    const bytes = serialize(buildStepGraph(model, shape, true)).bytes;
    expect(Buffer.compare(bytes, serialize(buildStepGraph(again, shape, true)).bytes)).toBe(0);
  });
});

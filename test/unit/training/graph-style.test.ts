import { beforeAll, describe, expect, test } from 'vitest';
import { feedsOf, shapeOf } from '../../../bench/device-step.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import type { DeviceName } from '../../../src/runtime/onnxruntime/device-names.ts';
import { floats, integers, type Values } from '../../../src/runtime/onnxruntime/session.ts';
import { ShapedSession } from '../../../src/runtime/onnxruntime/shaped-session.ts';
import { rowsPerPart, styleOf } from '../../../src/runtime/training/graph-style.ts';
import { logitsNames, modelGraph } from '../../../src/runtime/training/model-graph.ts';
import { computations } from '../../fixtures/names.ts';
import { fixtureModel } from '../../support/paths.ts';
import { relativeError } from '../../support/reference.ts';

const size = { tokens: 6, batch: 2 };

/** One step of the graph that is written for a device, on the processor. */
async function step(model: Model, device: DeviceName): Promise<ReadonlyMap<string, Values>> {
  const graph = modelGraph(model, 'training', { device, prepareWeights: true });
  const session = await ShapedSession.create(graph, { device: 'cpu', prepareWeights: false });
  try {
    return await session.run({ ...shapeOf(size), looked: 1 }, feedsOf(model, size));
  } finally {
    await session.dispose();
  }
}

// WebGPU's runs through WebGPU (webgpu.test.ts); what is written for the others cannot run on their devices here.
describe.each(computations)('what is written for cards computes the same for %s', name => {
  let model: Model;
  let expected: ReadonlyMap<string, Values>;
  beforeAll(async () => {
    model = await openModel(fixtureModel(name));
    expected = await step(model, 'cpu');
  });

  test.each(['cuda', 'dml'] as const)('for %s', async device => {
    const actual = await step(model, device);
    expect(integers(actual, 'predicted')).toEqual(integers(expected, 'predicted'));
    for (const output of ['nll', 'objective', 'gradient', 'key_1', 'value_1'])
      expect(relativeError(floats(actual, output), [...floats(expected, output)])).toBeLessThan(1e-5);
  });
});

describe('the vocabulary', () => {
  let model: Model;
  beforeAll(async () => {
    model = await openModel(fixtureModel('llama-tied-bf16'));
  });
  const rows = (device: DeviceName, vocabularySize: number, hiddenSize: number, prepareWeights = true): number =>
    rowsPerPart(styleOf({ device, prepareWeights }), { ...model.config, vocabularySize, hiddenSize });

  test('comes in few parts of about the same size where there is memory for them', () => {
    expect(rows('cuda', 128_256, 2048)).toBe(64_128);
    expect(rows('cuda', 50_304, 768)).toBe(50_304);
    expect(rows('cpu', 128_256, 2048)).toBe(8016);
    // What stays in its file is widened part by part.
    expect(rows('cuda', 128_256, 2048, false)).toBe(8016);
  });

  test('comes in parts that WebGPU can bind', () => {
    expect(rows('webgpu', 128_256, 2048)).toBe(16_032);
    for (const width of [256, 1024, 2048, 4096])
      for (const vocabulary of [320, 32_000, 151_936, 262_144])
        expect(rows('webgpu', vocabulary, width) * Math.max(width, 2048) * 4).toBeLessThanOrEqual(2 ** 27);
    // Of very wide models no fewer rows than a processor takes: their other matrices are as large.
    expect(rows('webgpu', 128_256, 8192)).toBe(8016);
  });

  test('has an output of logits for each part', () => {
    const config = { ...model.config, vocabularySize: 100_000 };
    expect(logitsNames(config, { device: 'cuda', prepareWeights: true })).toEqual(['logits_0', 'logits_1']);
    expect(logitsNames(config, { device: 'cpu', prepareWeights: true })).toHaveLength(13);
  });
});

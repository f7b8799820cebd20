import { existsSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { floats } from '../../../src/runtime/onnxruntime/session.ts';
import { styleOf } from '../../../src/runtime/training/graph-style.ts';
import { load } from '../../support/run-graph.ts';

const driver = vi.hoisted(() => {
  const path = process.env.VK_DRIVER_FILES ?? '/usr/lib/chromium/vk_swiftshader_icd.json';
  // Before the runtime is loaded, which happens with the imports.
  process.env.VK_DRIVER_FILES = path;
  return path;
});
const webgpu = existsSync(driver) ? (['webgpu'] as const) : [];

const [rows, width, epsilon] = [3, 8, 1e-5];
const x = Float32Array.from({ length: rows * width }, (_, i) => 2 * Math.sin(1 + i * i) + 0.5);
const row = (i: number): number[] => [...x.subarray(i * width, (i + 1) * width)];
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Per row, from the definition. */
const expected = {
  LayerNormalization: Array.from({ length: rows }, (_, i) => {
    const centered = row(i).map(value => value - mean(row(i)));
    return 1 / Math.sqrt(mean(centered.map(value => value ** 2)) + epsilon);
  }),
  SimplifiedLayerNormalization: Array.from(
    { length: rows },
    (_, i) => 1 / Math.sqrt(mean(row(i).map(value => value ** 2)) + epsilon),
  ),
};

/** Whether a device gives the factor of each row, as the reverse pass needs it. */
async function isRight(
  device: 'cpu' | 'webgpu',
  operator: 'LayerNormalization' | 'SimplifiedLayerNormalization',
): Promise<boolean> {
  const graph = new GraphBuilder();
  const scale = graph.constant(
    Float32Array.from({ length: width }, (_, i) => 1 + i),
    [width],
  );
  const outputs = graph.applyAll(operator, [graph.input('x', 'float32', [rows, width]), scale], { epsilon });
  const [y, inverse] = [outputs[0], outputs.at(-1)];
  if (!y || !inverse) throw new Error('the norm has no outputs');
  graph.output('y', y);
  graph.output('inverse', inverse);
  const run = await load(graph, { device, packWeights: false, forbidFallback: device !== 'cpu' });
  const outcome = floats(await run({ x }), 'inverse');
  return expected[operator].every((value, i) => Math.abs(value - (outcome[i] ?? Number.NaN)) < 1e-4 * value);
}

// What is wrong on a device is not used there; when a later runtime has it right, this says so.
describe.each(['cpu', ...webgpu] as const)("on the device %s the runtime's norms", device => {
  test('give the inverse deviation where that is used', async () => {
    expect(await isRight(device, 'LayerNormalization')).toBe(styleOf(device).fused.layerNorm);
  });

  test('give the inverse root mean square where that is used', async () => {
    expect(await isRight(device, 'SimplifiedLayerNormalization')).toBe(styleOf(device).fused.rmsNorm);
  });
});

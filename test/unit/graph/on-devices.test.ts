import { existsSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { floats, integers } from '../../../src/runtime/onnxruntime/session.ts';
import { styleOf } from '../../../src/runtime/training/graph-style.ts';
import { load } from '../../support/run-graph.ts';

const driver = vi.hoisted(() => {
  const path = process.env.VK_DRIVER_FILES ?? '/usr/lib/chromium/vk_swiftshader_icd.json';
  // Before the runtime is loaded, which happens with the imports.
  process.env.VK_DRIVER_FILES = path;
  return path;
});
const webgpu = existsSync(driver) ? (['webgpu'] as const) : [];

const devices = ['cpu', ...webgpu] as const;
const exactly = (device: (typeof devices)[number]) =>
  ({ device, prepareWeights: false, forbidFallback: device !== 'cpu' }) as const;

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

const scales = Float32Array.from({ length: width }, (_, i) => 1 + i);

/** Whether a device gives y, and the factor of each row as the reverse pass needs it. */
async function isRight(
  device: 'cpu' | 'webgpu',
  operator: 'LayerNormalization' | 'SimplifiedLayerNormalization',
): Promise<{ readonly y: boolean; readonly inverse: boolean }> {
  const graph = new GraphBuilder();
  const scale = graph.constant(scales, [width]);
  const outputs = graph.applyAll(operator, [graph.input('x', 'float32', [rows, width]), scale], { epsilon });
  const [y, inverse] = [outputs[0], outputs.at(-1)];
  if (!y || !inverse) throw new Error('the norm has no outputs');
  graph.output('y', y);
  graph.output('inverse', inverse);
  const run = await load(graph, exactly(device));
  const outcome = await run({ x });
  const near = (name: string, values: readonly number[]): boolean =>
    values.every((value, i) => Math.abs(value - (floats(outcome, name)[i] ?? Number.NaN)) < 1e-4);
  const normed = Array.from(x, (value, i) => {
    const line = Math.floor(i / width);
    const shifted = operator === 'LayerNormalization' ? value - mean(row(line)) : value;
    return shifted * (expected[operator][line] ?? 0) * (scales[i % width] ?? 0);
  });
  return { y: near('y', normed), inverse: near('inverse', expected[operator]) };
}

// What is wrong on a device is not used there; when a later runtime has it right, this says so.
describe.each(devices)("on the device %s the runtime's norms", device => {
  const { layerNorm, rmsNorm, inverseOfRmsNorm } = styleOf({ device, prepareWeights: true }).fused;

  test('give normed rows and the inverse deviation where these are used', async () => {
    expect(await isRight(device, 'LayerNormalization')).toEqual({ y: layerNorm, inverse: layerNorm });
  });

  test('give normed rows and the inverse root mean square where these are used', async () => {
    expect(await isRight(device, 'SimplifiedLayerNormalization')).toEqual({ y: rmsNorm, inverse: inverseOfRmsNorm });
  });
});

describe.each(devices)('on the device %s a vocabulary in three parts', device => {
  /** Logits [rows, tokens] of hidden states times all rows of a projection. */
  const [tokens, cuts] = [7, [0, 3, 5, 7]] as const;
  const projection = Float32Array.from({ length: tokens * width }, (_, i) => Math.cos(3 + i * i));
  const logits = (i: number): number[] =>
    Array.from({ length: tokens }, (_, token) =>
      row(i).reduce((sum, value, k) => sum + value * (projection[token * width + k] ?? 0), 0),
    );
  const targets = [2, 3, 6];
  const sharpness = [1, 2, 0.5];
  const normalizer = (values: readonly number[]) => Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));

  test('gives loss, prediction and gradient as all of it at once would', async () => {
    const graph = new GraphBuilder();
    const parts = cuts.slice(1).map((end, part) => {
      const first = cuts[part] ?? 0;
      return graph.constant(projection.slice(first * width, end * width), [end - first, width]);
    });
    const [nll, predicted, loss, gradient, , last] = graph.applyAll(
      'VocabularyCrossEntropy',
      [
        graph.input('x', 'float32', [rows, width]),
        graph.constant(Int32Array.from(targets), [rows, 1]),
        graph.constant(Float32Array.from(sharpness), [rows, 1]),
        graph.constant(Int32Array.of(2, 0), [2]),
        ...parts,
      ],
      {},
    );
    for (const [name, tensor] of Object.entries({ nll, predicted, loss, gradient, last }))
      if (tensor) graph.output(name, tensor);
    const outcome = await (await load(graph, exactly(device)))({ x });
    for (const [i, value] of [2, 0].flatMap(looked => logits(looked).slice(3, 5)).entries())
      expect(floats(outcome, 'last')[i]).toBeCloseTo(value, 4);
    for (const [i, target] of targets.entries()) {
      const [plain, s] = [logits(i), sharpness[i] ?? 1];
      const sharp = plain.map(value => s * value);
      expect(integers(outcome, 'predicted')[i]).toBe(plain.indexOf(Math.max(...plain)));
      expect(floats(outcome, 'nll')[i]).toBeCloseTo(normalizer(plain) - (plain[target] ?? 0), 4);
      expect(floats(outcome, 'loss')[i]).toBeCloseTo(normalizer(sharp) - (sharp[target] ?? 0), 4);
      for (let k = 0; k < width; k++) {
        const mean = sharp.reduce(
          (sum, value, token) => sum + Math.exp(value - normalizer(sharp)) * (projection[token * width + k] ?? 0),
          0,
        );
        const expectedHere = s * (mean - (projection[target * width + k] ?? 0));
        expect(floats(outcome, 'gradient')[i * width + k]).toBeCloseTo(expectedHere, 4);
      }
    }
  });
});

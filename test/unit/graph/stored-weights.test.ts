import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { traced } from '../../../bench/profile.ts';
import { appendGradients } from '../../../src/runtime/graph/backward.ts';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { serialize } from '../../../src/runtime/graph/onnx.ts';
import { withStoredWeights } from '../../../src/runtime/graph/stored-weights.ts';
import { floats, GraphSession } from '../../../src/runtime/onnxruntime/session.ts';
import { normalNumbers, uniformSource } from '../../../src/runtime/training/random.ts';
import { temporaryFolder } from '../../support/paths.ts';

const [rows, width] = [3, 64];
const layers = 6;
const bytesPerMatrix = 2 * width ** 2;

/** Random bits of a 16-bit type: numbers from 2^-3 to 2^-2 in size, of either sign, so that a product is as large as its factor. */
function matrices(element: 'float16' | 'bfloat16'): string {
  const uniform = uniformSource([7], element);
  const [base, span] = element === 'float16' ? [0x3000, 0x400] : [0x3e00, 0x80];
  const bits = Uint16Array.from(
    { length: layers * width ** 2 },
    () => base + Math.floor(uniform() * span) + (uniform() < 0.5 ? 0x8000 : 0),
  );
  const file = join(temporaryFolder(), `${element}.bin`);
  writeFileSync(file, bits);
  return file;
}

/** Products with one matrix after the other, both ways round, the gradient through all of them, and some of their rows. */
function graphOf(file: string, element: 'float16' | 'bfloat16'): GraphBuilder {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', [rows, width]);
  const wanted = graph.input('wanted', 'bool', [1]);
  let y = x;
  for (let i = 0; i < layers; i++) {
    const location = { file, offset: i * bytesPerMatrix, byteLength: bytesPerMatrix };
    const matrix = graph.weight(`matrix_${i}`, { element, shape: [width, width] }, location);
    y = graph.apply('Gemm', [y, matrix], { transposeB: i % 2 === 0 });
    if (i === 0) graph.output('rows', graph.apply('Gather', [matrix, graph.constant(Int32Array.of(5, 2), [2])], {}));
  }
  const objective = graph.reshape(graph.sum(graph.multiply(y, y), [0, 1]), [1]);
  graph.output('objective', objective);
  const [gradient] = graph.when(wanted, () => appendGradients(graph, objective, [x]));
  if (gradient) graph.output('gradient', gradient);
  return graph;
}

const feeds = {
  x: { values: normalNumbers(rows * width, [1], 'x'), shape: [rows, width] },
  wanted: { values: Uint8Array.of(1), shape: [1] },
};

describe.each(['float16', 'bfloat16'] as const)('matrices of %s that stay in their file', element => {
  test('give to the bit what their float32 copies give', async () => {
    const graph = graphOf(matrices(element), element);
    const options = { device: 'cpu', prepareWeights: false } as const;
    const [stored, widened] = [
      await GraphSession.create(serialize(withStoredWeights(graph)), options),
      await GraphSession.create(serialize(graph), options),
    ];
    const [actual, expected] = [await stored.run(feeds), await widened.run(feeds)];
    for (const name of ['rows', 'objective', 'gradient']) {
      expect(floats(actual, name)).toEqual(floats(expected, name));
      expect(floats(expected, name).every(value => Number.isFinite(value) && value !== 0)).toBe(true);
    }
    await Promise.all([stored.dispose(), widened.dispose()]);
  });

  test('become float32 in every run, each right before its product', async () => {
    const graph = serialize(withStoredWeights(graphOf(matrices(element), element)));
    const [, trace] = await traced(async profilePrefix => {
      const session = await GraphSession.create(graph, { device: 'cpu', prepareWeights: true, profilePrefix });
      await session.run(feeds);
      session.endProfiling();
      await session.dispose();
    });
    const order = trace
      .filter(({ name }) => name.endsWith('kernel_time'))
      .sort((a, b) => a.ts - b.ts)
      .flatMap(({ args }) => args?.op_name ?? [])
      .filter(operator => operator === 'Cast' || /Gemm|MatMul/.test(operator));
    // Forward and backward; and once for the rows that are looked up.
    expect(order).toHaveLength(2 * 2 * layers + 1);
    const inARow = order.join(' ').match(/Cast( Cast)+/g) ?? [];
    expect(inARow.every(casts => casts === 'Cast Cast')).toBe(true);
    expect(inARow.length).toBeLessThanOrEqual(1);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { narrowToFloat16, widenFloat16 } from '../../../src/runtime/files/float16.ts';
import { inEightBits } from '../../../src/runtime/graph/eight-bit.ts';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { type Narrowing, withNarrowProducts } from '../../../src/runtime/graph/narrow-products.ts';
import { serialize } from '../../../src/runtime/graph/onnx.ts';
import { inSixteenBits } from '../../../src/runtime/graph/sixteen-bit.ts';
import { floats, GraphSession } from '../../../src/runtime/onnxruntime/session.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { temporaryFolder } from '../../support/paths.ts';

const [rows, inner, columns] = [5, 48, 24];
const weights = normalNumbers(columns * inner, [1], 'weights');
/** Rows of very different size, as gradients of texts are that are nearly right and of others. */
const x = normalNumbers(rows * inner, [2], 'x').map((value, i) => value * 10 ** (2 - Math.floor(i / inner)));

const entry = (values: Float32Array, width: number, row: number, column: number) => values[row * width + column] ?? 0;
const extreme = (values: readonly number[]) => Math.max(...values.map(Math.abs));

const rowOf = (values: Float32Array, row: number) =>
  Array.from({ length: inner }, (_, k) => entry(values, inner, row, k));
const columnOf = (values: Float32Array, column: number, transposed: boolean) =>
  Array.from({ length: inner }, (_, k) =>
    transposed ? entry(values, inner, column, k) : entry(values, columns, k, column),
  );

/** x times the weights [columns, inner] (transposed), or [inner, columns]; an intermediate bias; and rows of the weights. */
async function computed(narrowing: Narrowing, transposeB: boolean) {
  const file = join(temporaryFolder(), 'weights.bin');
  writeFileSync(file, Buffer.from(weights.buffer));
  const graph = new GraphBuilder();
  const shape = transposeB ? [columns, inner] : [inner, columns];
  const location = { file, offset: 0, byteLength: weights.byteLength };
  const weight = graph.weight('weight', { element: 'float32', shape }, location);
  const bias = graph.constant(new Float32Array(columns).fill(3), [columns]);
  const input = graph.input('x', 'float32', [rows, inner]);
  graph.output('product', graph.apply('Gemm', [input, weight, bias], { transposeB }));
  graph.output('rows', graph.apply('Gather', [weight, graph.constant(Int32Array.of(7, 2), [2])], {}));
  const session = await GraphSession.create(serialize(withNarrowProducts(graph, narrowing)), {
    device: 'cpu',
    prepareWeights: true,
  });
  try {
    return await session.run({ x: { values: x, shape: [rows, inner] } });
  } finally {
    await session.dispose();
  }
}

test.each([true, false])('a product in 8 bits is as near as its steps are wide, transposed: %s', async transposeB => {
  const product = floats(await computed(inEightBits, transposeB), 'product');
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [a, b] = [rowOf(x, row), columnOf(weights, column, transposeB)];
      const exact = a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 3);
      // Half a step of each factor: 63 steps to the largest weight of the column, 255 over twice the row's largest value.
      const [stepOfX, stepOfWeight] = [extreme(a) / 127, extreme(b) / 63];
      const bound = a.reduce(
        (sum, value, k) => sum + (Math.abs(value) * stepOfWeight + Math.abs(b[k] ?? 0) * stepOfX) / 2,
        (inner * stepOfX * stepOfWeight) / 4,
      );
      expect(Math.abs(entry(product, columns, row, column) - exact)).toBeLessThan(bound);
      // Errors of many terms cancel for the most part; a scale that is not the row's own would show here.
      expect(Math.abs(entry(product, columns, row, column) - exact)).toBeLessThan(extreme(a) * extreme(b) * 0.05);
    }
});

test('rows that are looked up are those that the products in 8 bits see', async () => {
  const found = floats(await computed(inEightBits, true), 'rows');
  for (const [i, row] of [7, 2].entries()) {
    const exact = rowOf(weights, row);
    for (const [k, value] of exact.entries())
      expect(Math.abs(entry(found, inner, i, k) - value)).toBeLessThan((extreme(exact) / 63) * 0.5001);
  }
});

// The processor's runtime leaves out what rounds x to float16 and back; the weights are rounded when the graph is loaded.
test.each([true, false])(
  'a product in 16 bits is that of the nearest float16 weights, transposed: %s',
  async transposeB => {
    const product = floats(await computed(inSixteenBits, transposeB), 'product');
    const nearest = widenFloat16(narrowToFloat16(weights));
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const [a, b] = [rowOf(x, row), columnOf(nearest, column, transposeB)];
        const exact = a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 3);
        expect(Math.abs(entry(product, columns, row, column) - exact)).toBeLessThan(
          extreme(a) * extreme(b) * 1e-5 + 1e-6,
        );
      }
  },
);

test('rows that are looked up are those that the products in 16 bits see', async () => {
  const found = floats(await computed(inSixteenBits, true), 'rows');
  const nearest = widenFloat16(narrowToFloat16(weights));
  expect([...found]).toEqual([...rowOf(nearest, 7), ...rowOf(nearest, 2)]);
});

import fc from 'fast-check';
import { narrowToFloat16, widenFloat16 } from '../../src/runtime/files/float16.ts';
import type { ProtoFile } from '../../src/runtime/files/proto-file.ts';

const count = fc.nat({ max: 2 ** 40 });
const words = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\0', 'é', '😀', '\ud800', '}', ':') });
const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const half = fc.float({ noNaN: true, noDefaultInfinity: true, max: 65504, min: -65504 });

const increasing = (most: number) =>
  fc.uniqueArray(fc.nat({ max: most - 1 }), { maxLength: Math.min(6, most) }).map(a => a.sort((x, y) => x - y));

/** Any file that the program could write, and many that it would not. */
export const protoFiles: fc.Arbitrary<ProtoFile> = fc
  .record({
    hiddenSize: fc.integer({ min: 1, max: 9 }),
    segmentLengths: fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 1, maxLength: 5 }),
    sharedM: fc.boolean(),
    storage: fc.constantFrom('F32', 'F16'),
  })
  .chain(({ hiddenSize, segmentLengths, sharedM, storage }) => {
    const segments = segmentLengths.length;
    // A single segment's m is in common to all there are.
    const rowsOfM = sharedM ? 1 : segments;
    const tokens = segmentLengths.reduce((sum, length) => sum + length, 0);
    const vectors = (rows: number): fc.Arbitrary<Float32Array> =>
      fc
        .array(storage === 'F16' ? half : float, { minLength: rows * hiddenSize, maxLength: rows * hiddenSize })
        .map(values => Float32Array.from(values))
        .map(values => (storage === 'F16' ? widenFloat16(narrowToFloat16(values)) : values));
    return fc.record({
      model: fc.record({
        id: words,
        revision: fc.option(words),
        architecture: fc.constantFrom('gpt_neox', 'llama'),
        fingerprint: words,
      }),
      arrangement: words,
      hiddenSize: fc.constant(hiddenSize),
      segmentLengths: fc.constant(segmentLengths),
      e: vectors(segments),
      m: vectors(rowsOfM),
      sharedM: fc.constant(rowsOfM === 1),
      storage: fc.constant<'F32' | 'F16'>(storage === 'F16' ? 'F16' : 'F32'),
      corrections: increasing(tokens).chain(positions =>
        fc.tuple(...positions.map(position => fc.tuple(fc.constant(position), count))),
      ),
      text: fc.record({
        sha256: fc.constant('0123456789abcdef'.repeat(4)),
        utf8Bytes: count,
        deflatedBytes: count,
        patches: increasing(1000).chain(edges =>
          fc.tuple(
            ...edges
              .slice(0, -1)
              .map((start, i) =>
                fc.record({ start: fc.constant(start), end: fc.constant(edges[i + 1] ?? start), text: words }),
              ),
          ),
        ),
      }),
      training: fc.record({
        recipe: words,
        seed: count,
        steps: fc.array(count, { maxLength: 5 }),
        accuracy: fc.double({ min: 0, max: 1, noNaN: true }).map(share => share + 0),
        device: words,
        version: words,
      }),
    });
  });

/** A file of the usual kind, to be damaged. */
export const ordinaryFile: ProtoFile = {
  model: { id: 'demo-model', revision: null, architecture: 'llama', fingerprint: 'f'.repeat(64) },
  arrangement: 'e-m-repeated',
  hiddenSize: 4,
  segmentLengths: [3, 2],
  e: Float32Array.of(1, -2, 0.5, 4, 0.25, -6, 7, 8),
  m: Float32Array.of(9, 10, -0.125, 12, 13, 14, 15, 16),
  sharedM: false,
  storage: 'F32',
  corrections: [
    [1, 4095],
    [4, 7],
  ],
  text: { sha256: 'a'.repeat(64), utf8Bytes: 20, deflatedBytes: 25, patches: [{ start: 1, end: 2, text: 'ö' }] },
  training: { recipe: 'lbfgs', seed: 0, steps: [40, 30], accuracy: 0.6, device: 'cpu', version: '0.1.0' },
};

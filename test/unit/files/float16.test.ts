import fc from 'fast-check';
import { expect, test } from 'vitest';
import { narrowToFloat16, widenBfloat16, widenFloat16 } from '../../../src/runtime/files/float16.ts';

const everyPattern = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
const view = new DataView(new ArrayBuffer(4));

/** By the processor: the fields moved to their places in a 32-bit number, and its exponent corrected by a product. */
function widenByProduct(bits: number): number {
  if ((bits & 0x7c00) === 0x7c00) return bits & 0x3ff ? Number.NaN : bits & 0x8000 ? -Infinity : Infinity;
  view.setUint32(0, ((bits & 0x8000) << 16) | ((bits & 0x7fff) << 13));
  return view.getFloat32(0) * 2 ** 112;
}

/** By search among all 16-bit numbers that are not negative: their patterns are in the order of their values. */
function narrowBySearch(value: number): number {
  const size = Math.abs(value);
  const widened = (bits: number): number => (bits === 0x7c00 ? 65536 : widenByProduct(bits));
  let [low, high] = [0, 0x7c00];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (widened(middle) <= size) low = middle;
    else high = middle;
  }
  const [below, above] = [size - widened(low), widened(high) - size];
  const nearest = size >= 65536 ? 0x7c00 : below < above || (below === above && low % 2 === 0) ? low : high;
  return nearest | (Object.is(value, -0) || value < 0 ? 0x8000 : 0);
}

test('every 16-bit number is widened to its exact value', () => {
  const expected = Float32Array.from(everyPattern, widenByProduct);
  expect(widenFloat16(everyPattern)).toEqual(expected);
});

test('every 16-bit number survives being widened and narrowed', () => {
  const again = narrowToFloat16(widenFloat16(everyPattern));
  const isNoNumber = (bits: number): boolean => (bits & 0x7fff) > 0x7c00;
  expect(
    [...everyPattern].filter(bits => again[bits] !== bits && !(isNoNumber(bits) && isNoNumber(again[bits] ?? 0))),
  ).toEqual([]);
});

test('halfway between two 16-bit numbers the even one is taken, beside it the nearer one', () => {
  for (let bits = 0; bits < 0x7c00; bits += 7) {
    const middle = (widenByProduct(bits) + (bits === 0x7bff ? 65536 : widenByProduct(bits + 1))) / 2;
    const even = bits % 2 ? bits + 1 : bits;
    const values = Float32Array.of(middle, -middle, middle * (1 - 2 ** -20), middle * (1 + 2 ** -20));
    expect([...narrowToFloat16(values)]).toEqual([even, even | 0x8000, bits, bits + 1]);
  }
});

test('any number becomes the nearest one', () => {
  const numbers = fc.array(fc.float(), { minLength: 50, maxLength: 50 });
  fc.assert(
    fc.property(numbers, list => {
      const values = Float32Array.from(list);
      expect(narrowToFloat16(values)).toEqual(
        Uint16Array.from(values, value => (Number.isNaN(value) ? 0x7e00 : narrowBySearch(value))),
      );
    }),
    { numRuns: 200 },
  );
});

test('every bfloat16 number is the upper half of a 32-bit one', () => {
  const expected = Float32Array.from(everyPattern, bits => {
    view.setUint32(0, bits * 65536);
    return view.getFloat32(0);
  });
  expect(widenBfloat16(everyPattern)).toEqual(expected);
});

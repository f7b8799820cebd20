import { expect, test } from 'vitest';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { addScaled, along, concatenate, difference, dot, multiply } from '../../../src/runtime/training/vectors.ts';

test.each([0, 1, 3, 4, 7, 8, 101])('products of vectors of %i numbers are those of a plain sum', length => {
  const [a, b] = [normalNumbers(length, [1]), normalNumbers(length, [2])];
  let sum = 0;
  for (const [i, value] of a.entries()) sum += value * (b[i] ?? Number.NaN);
  expect(dot(a, b)).toBeCloseTo(sum, 10);
});

test('sums and multiples', () => {
  const [a, b] = [Float32Array.of(1, 2, 3), Float32Array.of(4, -8, 16)];
  expect(along(a, b, 0.5)).toEqual(Float32Array.of(3, -2, 11));
  expect(difference(a, b)).toEqual(Float32Array.of(-3, 10, -13));
  expect(concatenate([a, b])).toEqual(Float32Array.of(1, 2, 3, 4, -8, 16));
  addScaled(a, b, -1);
  expect(a).toEqual(Float32Array.of(-3, 10, -13));
  multiply(a, 2);
  expect(a).toEqual(Float32Array.of(-6, 20, -26));
});

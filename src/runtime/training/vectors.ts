import { z } from 'zod';

/** For schemas of plain data that hold typed arrays. */
export const float32s: z.ZodType<Float32Array> = z.instanceof(Float32Array);
export const int32s: z.ZodType<Int32Array> = z.instanceof(Int32Array);

/**
 * Sum of a[i] b[i], in double precision. Four sums side by side: a single one would wait for each addition before it
 * can begin the next.
 */
export function dot(a: Float32Array, b: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    first += (a[i] as number) * (b[i] as number);
    second += (a[i + 1] as number) * (b[i + 1] as number);
    third += (a[i + 2] as number) * (b[i + 2] as number);
    fourth += (a[i + 3] as number) * (b[i + 3] as number);
  }
  for (let i = whole; i < a.length; i++) first += (a[i] as number) * (b[i] as number);
  return first + second + third + fourth;
}

/** target += scale * vector, in place. */
export function addScaled(target: Float32Array, vector: Float32Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + scale * (vector[i] as number);
}

/** target *= scale, in place. */
export function multiply(target: Float32Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) * scale;
}

/** base + step * direction. */
export function along(base: Float32Array, direction: Float32Array, step: number): Float32Array {
  const point = Float32Array.from(base);
  addScaled(point, direction, step);
  return point;
}

/** a - b. */
export function difference(a: Float32Array, b: Float32Array): Float32Array {
  return along(a, b, -1);
}

/** One after the other. */
export function concatenate(vectors: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const vector of vectors) {
    result.set(vector, offset);
    offset += vector.length;
  }
  return result;
}

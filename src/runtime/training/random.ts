import { createHash } from 'node:crypto';
import { randomNormal } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** The user's seed, and whatever tells the parts of a job apart. */
export type Seed = readonly number[];

/**
 * Uniform numbers in [0,1) from a seed and the purpose they serve, one at each call: no two purposes share a stream, and
 * each can be drawn anew at any time.
 */
export function uniformSource(seed: Seed, ...purpose: readonly (string | number)[]): () => number {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, purpose]))
    .digest();
  const generator = xoroshiro128plus(digest.readInt32LE(0));
  return () => uniformFloat64(generator);
}

/** Standard normal numbers, from a seed and a purpose in the same way. */
export function normalNumbers(length: number, seed: Seed, ...purpose: readonly (string | number)[]): Float32Array {
  const draw = randomNormal.source(uniformSource(seed, ...purpose))(0, 1);
  return Float32Array.from({ length }, () => draw());
}

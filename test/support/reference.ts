import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { arrangementNames, layoutOf } from '../../src/runtime/training/arrangement.ts';
import type { Candidate } from '../../src/runtime/training/evaluator.ts';
import { fixtureModel } from './paths.ts';

const numbers = z.array(z.number());
const referenceSchema = z.object({
  cases: z.array(
    z.object({
      arrangement: z.enum(arrangementNames),
      tokens: numbers,
      sharpness: z.number(),
      e: numbers,
      m: numbers,
      nll: numbers,
      objective: z.number(),
      predicted: numbers,
      rank: numbers,
      gradient_e: numbers,
      gradient_m: numbers,
    }),
  ),
  autoregressive: z.object({ ids: numbers, nll: numbers }),
});

export type Reference = z.output<typeof referenceSchema>;
export type ReferenceCase = Reference['cases'][number];

/** What PyTorch computed for a fixture model: see test/fixtures/make_models.py. */
export function referenceOf(name: string): Reference {
  return referenceSchema.parse(JSON.parse(readFileSync(join(fixtureModel(name), 'reference.json'), 'utf8')));
}

/** The point of the search that a case is about. */
export const candidateOf = ({ arrangement, tokens, e, m, sharpness }: ReferenceCase): Candidate => ({
  protoTokens: [Float32Array.from(e), Float32Array.from(m)],
  layout: layoutOf(arrangement, tokens.length),
  tokens: Int32Array.from(tokens),
  sharpness,
});

/** Of the angle between two vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (p: Float32Array, q: Float32Array) => p.reduce((sum, x, i) => sum + x * (q[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** Greatest difference, as a share of the greatest value. */
export function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)))) / scale;
}

import type { Layout } from './arrangement.ts';
import type { Candidate, CandidateEvaluation } from './evaluator.ts';
import { normalNumbers, type Seed } from './random.ts';
import type { Evaluation } from './solver.ts';

/** One text of a problem, and which of the problem's vectors serve as its proto-tokens. */
export interface Member {
  readonly tokens: Int32Array;
  readonly layout: Layout;
  /** For each proto-token kind the index of a vector: trainable ones first, frozen ones after them. */
  readonly vectors: readonly number[];
}

/**
 * An independent minimisation: one text with its own `e` and `m`, or several that share a vector. Its variable is all
 * trainable vectors in a row; its objective the mean of its members' objectives.
 */
export interface Problem {
  readonly members: readonly Member[];
  /** Number of trainable vectors. */
  readonly trainable: number;
  /** Vectors that members use but that are not changed. */
  readonly frozen: readonly Float32Array[];
  /** Width d of a vector. */
  readonly width: number;
  /** Where to begin, all trainable vectors in a row; normal numbers when left out. */
  readonly start?: Float32Array | undefined;
  /** Of those numbers, for each trainable vector; 1, as in the paper, when left out. */
  readonly spreads?: readonly number[] | undefined;
  /** Everything random of this problem comes from here; no two problems of a job have the same. */
  readonly seed: Seed;
}

/** The point at which the search begins. */
export function startOf({ trainable, width, seed, start, spreads }: Problem): Float32Array {
  if (start) return start;
  const numbers = normalNumbers(trainable * width, seed, 'start');
  return numbers.map((x, i) => x * (spreads?.[Math.floor(i / width)] ?? 1));
}

/** What is to be evaluated of each member at a point. */
export function candidatesAt(
  problem: Problem,
  point: Float32Array,
  how: Pick<Candidate, 'sharpness' | 'precision'>,
): Candidate[] {
  return problem.members.map(({ tokens, layout, vectors }) => ({
    tokens,
    layout,
    ...how,
    protoTokens: vectors.map(index => vectorAt(problem, point, index)),
  }));
}

/** A vector of a problem by its index, trainable ones as they are at a point. */
export function vectorAt({ trainable, frozen, width }: Problem, point: Float32Array, index: number): Float32Array {
  const vector = index < trainable ? point.subarray(index * width, (index + 1) * width) : frozen[index - trainable];
  if (!vector) throw new Error(`a problem has no vector ${index}`);
  return vector;
}

/** Objective and gradient of the whole problem from those of its members. */
export function combine(
  { members, trainable, width }: Problem,
  evaluations: readonly CandidateEvaluation[],
): Evaluation {
  const gradient = new Float32Array(trainable * width);
  let objective = 0;
  for (const [i, member] of members.entries()) {
    const evaluation = evaluations[i];
    if (!evaluation) throw new Error('a member was not evaluated');
    objective += evaluation.objective / members.length;
    for (const [kind, index] of member.vectors.entries()) {
      const part = evaluation.gradients[kind];
      if (index >= trainable || !part) continue;
      for (let j = 0; j < width; j++)
        gradient[index * width + j] = (gradient[index * width + j] as number) + (part[j] as number) / members.length;
    }
  }
  return { objective, gradient };
}

/** How many of a member's tokens come out right: C_tokens, equation 1 of the paper. */
export function correctTokens({ tokens }: Member, evaluation: CandidateEvaluation | undefined): number {
  return tokens.reduce((count, token, i) => count + (evaluation?.predicted[i] === token ? 1 : 0), 0);
}

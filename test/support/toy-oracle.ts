import type { Candidate, CandidateEvaluation, Target } from '../../src/runtime/training/evaluator.ts';
import type { Look } from '../../src/runtime/training/predictions.ts';
import type { Oracle } from '../../src/runtime/work/item.ts';

/**
 * Evaluates without a model: token i comes out where the sum of one number of each vector is near a number that depends on
 * the token. Vectors of width d hold up to about d tokens; more than that get in each other's way.
 */
export class ToyOracle implements Oracle {
  constructor(readonly positionsAtOnce: number) {}

  async evaluate(candidates: readonly Candidate[]): Promise<CandidateEvaluation[]> {
    return await Promise.resolve(candidates.map(evaluation));
  }

  async look(targets: readonly Target[]): Promise<Look[]> {
    return await Promise.resolve(targets.map(evaluation));
  }
}

function evaluation({ protoTokens, tokens, sharpness = 1 }: Candidate): CandidateEvaluation {
  const gradients = protoTokens.map(({ length }) => new Float32Array(length));
  const nll = new Float32Array(tokens.length);
  const predicted = new Int32Array(tokens.length).fill(-1);
  for (const [i, token] of tokens.entries()) {
    const places = protoTokens.map((vector, kind) => (i * (kind + 1)) % vector.length);
    const sum = protoTokens.reduce((total, vector, kind) => total + (vector[places[kind] ?? 0] ?? 0), 0);
    const gap = sum - (token % 7) + 3;
    nll[i] = gap * gap;
    if (Math.abs(gap) < 0.4) predicted[i] = token;
    for (const [kind, place] of places.entries()) {
      const gradient = gradients[kind];
      if (gradient) gradient[place] = (gradient[place] ?? 0) + (2 * gap * sharpness) / tokens.length;
    }
  }
  const objective = (nll.reduce((sum, x) => sum + x, 0) / tokens.length) * sharpness;
  return { objective, gradients, nll, predicted };
}

import type { TextToken } from '../../../src/runtime/results/tokens.ts';
import type { Moment } from '../../../src/views/protocol.ts';

/** When each token of a text was learned, and how often it was lost again, as finely as moments of the run are kept. */
export interface RunFacts {
  /** Evaluations of the first moment from which on the token is right at every moment; NaN where it is not right in the end. */
  readonly learned: Float32Array;
  /** Moments at which the token was right no more after one at which it was; NaN before anything is known of it. */
  readonly lost: Float32Array;
}

/** Reads the moments of a run from the first to the latest. */
export function runFacts(tokens: readonly TextToken[], moments: readonly Moment[]): RunFacts {
  const learned = new Float32Array(tokens.length).fill(Number.NaN);
  const lost = new Float32Array(tokens.length).fill(Number.NaN);
  for (const [index, { id }] of tokens.entries()) {
    let since = Number.NaN;
    let losses = Number.NaN;
    for (const { evaluations, predicted } of moments) {
      const guess = predicted[index] ?? -1;
      if (Number.isNaN(losses) && guess >= 0) losses = 0;
      if (guess === id) {
        if (Number.isNaN(since)) since = evaluations;
      } else if (!Number.isNaN(since)) {
        since = Number.NaN;
        losses++;
      }
    }
    learned[index] = since;
    lost[index] = losses;
  }
  return { learned, lost };
}

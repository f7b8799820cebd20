import type { ExplainedToken } from '../../runtime/results/tokens.ts';
import type { TokenDetail, TokenScores } from '../protocol.ts';

/** How the model sees a token, with probabilities in place of nats. */
export function detailOf(index: number, token: ExplainedToken): TokenDetail {
  const { target, targetText, predicted, predictedText, nll, rank, top } = token;
  const likely = top.map(({ id, text, nll: surprise }) => ({ id, text, probability: Math.exp(-surprise) }));
  return {
    index,
    target: { id: target, text: targetText, probability: Math.exp(-nll) },
    predicted: { id: predicted, text: predictedText, probability: likely[0]?.probability ?? Number.NaN },
    rank,
    top: likely,
  };
}

/** Rank and margin of every token; a token of which nothing is known may be left out. */
export function scoresOf(tokens: readonly (ExplainedToken | undefined)[]): TokenScores {
  return {
    rank: Int32Array.from(tokens, token => token?.rank ?? 0),
    margin: Float32Array.from(tokens, token => (token ? marginOf(token) : Number.NaN)),
  };
}

/** The target's logit less the greatest other one: log-probabilities of one place differ as its logits do. */
function marginOf({ target, nll, top }: ExplainedToken): number {
  const rival = top.find(({ id }) => id !== target);
  return rival ? rival.nll - nll : Number.NaN;
}

import type { ExplainedToken } from '../../runtime/results/tokens.ts';
import type { TokenDetail } from '../protocol.ts';

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

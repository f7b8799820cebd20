import type { FrozenModel } from '../models/frozen-model.ts';
import type { Placed } from '../training/batch.ts';
import { Evaluator, type Looking, type SeenToken, type Target } from '../training/evaluator.ts';
import type { Sessions } from '../training/sessions.ts';

/** How many of the likeliest tokens a close look shows. */
const likeliestTokens = 5;

/** How the model sees one token of a text that its proto-tokens should emit. */
export interface TokenScore {
  readonly target: number;
  readonly predicted: number;
  /** -log p(target), in nats. */
  readonly nll: number;
  /** Of the target among all logits, from 1. */
  readonly rank: number;
  /** The target's logit less the greatest other one: positive exactly when the token comes out right. */
  readonly margin: number;
  /** The likeliest tokens, the likeliest (that is, the predicted one) first; -log p of each in nats. */
  readonly top: readonly { readonly id: number; readonly nll: number }[];
}

/** The tokens that each solution emits in one forward pass. @throws Cancelled when it is told to stop. */
export async function decodeOneStep(
  model: FrozenModel,
  sessions: Sessions,
  solutions: readonly Placed[],
  looking?: Looking,
): Promise<Int32Array[]> {
  const targets = solutions.map(solution => ({ ...solution, tokens: new Int32Array(0) }));
  const looks = await new Evaluator(model, sessions, looking).look(targets);
  return looks.map(({ predicted }) => predicted);
}

/** Every token's score, for each target. @throws Cancelled when it is told to stop. */
export function scoreTokens(
  model: FrozenModel,
  sessions: Sessions,
  targets: readonly Target[],
  stop?: () => boolean,
): Promise<TokenScore[][]> {
  return new Evaluator(model, sessions, { stop, few: true }).lookClosely(targets, token => scoreOf(token));
}

/**
 * Every token's score where the target is what comes out, unless it is known to be another: one pass finds out both.
 *
 * @param corrections tokens that should come out, by their positions in all solutions together
 * @returns scores of all solutions, one after the other
 * @throws Cancelled when it is told to stop.
 */
export async function scoreEmitted(
  model: FrozenModel,
  sessions: Sessions,
  solutions: readonly Placed[],
  corrections: ReadonlyMap<number, number>,
  stop?: () => boolean,
): Promise<TokenScore[]> {
  const firsts: number[] = [];
  let next = 0;
  const targets = solutions.map(solution => {
    const first = next;
    firsts.push(first);
    const { length } = solution.layout.positionOfToken;
    next += length;
    return { ...solution, tokens: Int32Array.from({ length }, (_, n) => corrections.get(first + n) ?? 0) };
  });
  const evaluator = new Evaluator(model, sessions, { stop, few: true });
  const scores = await evaluator.lookClosely(targets, (token, member, n) => {
    const target = corrections.get((firsts[member] ?? 0) + n) ?? token.predicted;
    const { logits } = token;
    const nll = token.nll + (logits[token.target] ?? Number.NaN) - (logits[target] ?? Number.NaN);
    return scoreOf({ ...token, target, nll });
  });
  return scores.flat();
}

/** The score of a token, from its logits. */
export function scoreOf({ logits, ...token }: SeenToken): TokenScore {
  const logit = logits[token.target] as number;
  const best: number[] = [];
  let rank = 1;
  let least = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const other = logits[id] as number;
    // Without a branch, which would be mispredicted over and over where the target lies in the middle of the vocabulary.
    rank += Number(other > logit);
    if (other > least) least = insert(best, id, logits);
  }
  const rival = best.find(id => id !== token.target);
  const margin = rival === undefined ? Number.POSITIVE_INFINITY : logit - (logits[rival] as number);
  const top = best.map(id => ({ id, nll: token.nll + logit - (logits[id] as number) }));
  return { ...token, rank, margin, top };
}

/**
 * Puts a token in its place among the likeliest; of equal logits the first stays before.
 *
 * @returns the logit above which a token is one of them
 */
function insert(best: number[], id: number, logits: Float32Array): number {
  const logit = logits[id] as number;
  const place = best.findIndex(better => logit > (logits[better] as number));
  best.splice(place < 0 ? best.length : place, 0, id);
  if (best.length > likeliestTokens) best.pop();
  return best.length < likeliestTokens ? Number.NEGATIVE_INFINITY : (logits[best.at(-1) ?? id] as number);
}

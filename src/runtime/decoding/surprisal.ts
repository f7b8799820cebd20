import { breathe } from '../breathe.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { Evaluator, type Looking, type Target } from '../training/evaluator.ts';
import type { Sessions } from '../training/sessions.ts';
import { Embeddings } from './embeddings.ts';

/** Tokens in one forward pass, at most: attention grows with their square, and further context tells little. */
const longestPass = 1024;

/** Some of a text's tokens, read together in one forward pass. */
interface Pass {
  /** Index of its first token in the sequence. */
  readonly first: number;
  /** Index after its last one. */
  readonly end: number;
  /** Index of the first token that is predicted here and not by an earlier pass. */
  readonly news: number;
}

/** Passes over a sequence, each after the first with the half before it as context. */
export function passesOver(length: number, longest: number): Pass[] {
  const passes: Pass[] = [];
  const stride = Math.max(1, Math.floor(longest / 2));
  for (let first = 0, news = 1; news < length; first += stride) {
    const end = Math.min(length, first + longest);
    passes.push({ first, end, news });
    news = end;
  }
  return passes;
}

/** A pass as a target: a vector for each different token, placed where the token stands. */
async function targetOf(
  embeddings: Embeddings,
  sequence: readonly number[],
  { first, end, news }: Pass,
): Promise<Target> {
  // The last token is only predicted, never read.
  const read = sequence.slice(first, end - 1);
  const different = [...new Set(read)];
  const kindOf = new Map(different.map((id, kind) => [id, kind]));
  return {
    protoTokens: await Promise.all(different.map(id => embeddings.of(id))),
    layout: {
      kinds: read.map(id => kindOf.get(id) ?? 0),
      positionOfToken: Array.from({ length: end - news }, (_, i) => news + i - first - 1),
    },
    tokens: Int32Array.from(sequence.slice(news, end)),
  };
}

/**
 * The surprisal of every token under the frozen model, -log p(t_i | tokens before it), in nats: the terms of H_LM (equation 2
 * of the paper). A token's context is all that stands before it, of texts beyond 1024 tokens the 512 before it at least.
 *
 * @param beginning token before the text (BOS); without one nothing is known of the first token
 * @returns a value for each token; NaN for the first when there is no beginning
 */
export async function surprisals(
  model: FrozenModel,
  sessions: Sessions,
  tokens: Int32Array,
  beginning: number | undefined,
  looking: Looking = {},
): Promise<Float32Array> {
  const sequence = [...(beginning === undefined ? [] : [beginning]), ...tokens];
  const embeddings = new Embeddings(model);
  const evaluator = new Evaluator(model, sessions, { few: looking.few });
  const found = new Float32Array(tokens.length).fill(Number.NaN);
  const before = sequence.length - tokens.length;
  for (const pass of passesOver(sequence.length, Math.min(longestPass, model.config.maximumPositions))) {
    if (looking.stop?.()) break;
    const [look] = await evaluator.look([await targetOf(embeddings, sequence, pass)]);
    if (look) found.set(look.nll, pass.news - before);
    await breathe();
  }
  return found;
}

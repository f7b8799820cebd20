import { breathe } from '../breathe.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { Evaluator, type Target } from '../training/evaluator.ts';
import { type Seed, uniformSource } from '../training/random.ts';
import type { Sessions } from '../training/sessions.ts';
import { Embeddings } from './embeddings.ts';

/** What stands before the generated tokens: token ids, and vectors [d] that take a position as they are. */
export type Prefix = readonly (number | Float32Array)[];

/** Chooses the next token of a sequence from its logits [V]. */
export type Choice = (logits: Float32Array) => number;

/** The likeliest token; the first of several. */
export const greedy: Choice = logits => {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if ((logits[id] as number) > (logits[best] as number)) best = id;
  return best;
};

/** Draws from the model's own distribution (temperature 1); the same seed draws the same. */
export function multinomial(seed: Seed): Choice {
  const uniform = uniformSource(seed, 'multinomial');
  return logits => {
    const greatest = logits[greedy(logits)] as number;
    const weights = Float64Array.from(logits, logit => Math.exp(logit - greatest));
    let rest = uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [id, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return id;
    }
    return greedy(logits);
  };
}

/** A sequence to be continued, and how its tokens are chosen. */
export interface Continued {
  readonly prefix: Prefix;
  readonly choose: Choice;
}

/** A sequence of vectors, each at a position of its own, of which the last one's output is looked at. */
async function targetOf(embeddings: Embeddings, sequence: Prefix): Promise<Target> {
  const protoTokens = await Promise.all(
    sequence.map(part => (typeof part === 'number' ? embeddings.of(part) : Promise.resolve(part))),
  );
  const layout = { kinds: [...sequence.keys()], positionOfToken: [sequence.length - 1] };
  return { protoTokens, layout, tokens: Int32Array.of(0) };
}

/**
 * Continues sequences token by token, each by `count` tokens. Every token takes a whole forward pass: for short
 * sequences that is quick enough, and it needs nothing that training does not have.
 *
 * @param stop asked before every token; what has been generated until then is returned
 */
export async function continueSequences(
  model: FrozenModel,
  sessions: Sessions,
  sequences: readonly Continued[],
  count: number,
  stop: () => boolean = () => false,
): Promise<number[][]> {
  const embeddings = new Embeddings(model);
  const evaluator = new Evaluator(model, sessions);
  const generated: number[][] = sequences.map(() => []);
  for (let step = 0; step < count && !stop(); step++) {
    const targets = await Promise.all(
      sequences.map(({ prefix }, i) => targetOf(embeddings, [...prefix, ...(generated[i] ?? [])])),
    );
    // The choice of a sequence may draw, so each is asked once and in its turn.
    const next = await evaluator.lookClosely(targets, ({ logits }) => Float32Array.from(logits));
    for (const [i, { choose }] of sequences.entries()) {
      const [logits] = next[i] ?? [];
      if (logits) generated[i]?.push(choose(logits));
    }
    await breathe();
  }
  return generated;
}

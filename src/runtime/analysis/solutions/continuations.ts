import { counted } from '../../counted.ts';
import { type Continued, continueSequences, multinomial } from '../../decoding/autoregressive.ts';
import { UserError } from '../../errors.ts';
import type { Model } from '../../models/model.ts';
import type { SolvedText } from '../../results/solutions.ts';
import type { Sessions } from '../../training/sessions.ts';

/** What continuations are generated from. */
export interface ContextText {
  readonly title: string;
  readonly text: string;
}

export interface ContinuationOptions {
  /** Continuations of each context. */
  readonly count: number;
  /** Of each continuation. */
  readonly tokens: number;
  readonly seed: number;
}

/** A context that gives so few usable continuations is given up: its text ends, say. */
const mostRounds = 20;

/**
 * Texts that the model itself goes on with after a context: each token is drawn from its distribution (multinomial,
 * T = 1), as for the generated texts of the paper (figure 4 and 5). A draw whose text the tokenizer would read as other
 * tokens is drawn anew, and so is one that was drawn before: a text must have exactly the tokens that were generated.
 *
 * @throws UserError when a context is empty or too long, or does not give enough texts.
 */
export async function continuationsOf(
  model: Model,
  sessions: Sessions,
  context: ContextText,
  { count, tokens, seed }: ContinuationOptions,
  cancelled: () => boolean = () => false,
): Promise<SolvedText[]> {
  const { tokenizer, config } = model;
  const prefix = tokenizer.encode(context.text);
  if (!prefix.length) throw new UserError(`${context.title} is empty; choose a text to continue.`);
  if (prefix.length + tokens > config.maximumPositions)
    throw new UserError(
      `${context.title} has ${counted(prefix.length, 'token')} and ${model.id} has ${config.maximumPositions} positions for it and ${tokens} more; choose a shorter context.`,
    );
  const texts = new Set<string>();
  for (let round = 0; round < mostRounds && texts.size < count && !cancelled(); round++) {
    const draws = Array.from(
      { length: count - texts.size },
      (_, i): Continued => ({ prefix, choose: multinomial([seed, round, i, ...prefix]) }),
    );
    for (const ids of await continueSequences(model, sessions, draws, tokens, cancelled)) {
      const text = tokenizer.decode(ids);
      if (ids.length === tokens && tokenizer.encode(text).join() === ids.join()) texts.add(text);
    }
  }
  if (texts.size < count && !cancelled())
    throw new UserError(
      `Only ${texts.size} of ${count} continuations of ${context.title} came out as whole texts; ask for fewer or shorter ones.`,
    );
  return [...texts].map((text, i) => ({ title: `${context.title} ${i + 1}`, text, context: context.title }));
}

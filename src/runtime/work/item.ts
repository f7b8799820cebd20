import type { z } from 'zod';
import type { Candidate, CandidateEvaluation, Evaluator } from '../training/evaluator.ts';
import type { Look } from '../training/predictions.ts';

/** What work needs of an evaluator. */
export type Oracle = Pick<Evaluator, 'evaluate' | 'look' | 'positionsAtOnce'>;

/** What an item wants to know next, and who is told. `seconds` is the item's share of the time that it took. */
export type Wish =
  | {
      readonly kind: 'gradient';
      readonly candidates: readonly Candidate[];
      readonly tell: (evaluations: readonly CandidateEvaluation[], seconds: number) => void;
    }
  | {
      readonly kind: 'look';
      readonly candidates: readonly Candidate[];
      readonly tell: (looks: readonly Look[], seconds: number) => void;
    }
  /** Something that the item does itself, while nothing else runs: what is timed, above all. */
  | { readonly kind: 'own'; readonly work: () => Promise<void> };

/** An item whose turn has come: its solver, how far it is, and the best that it has seen. */
export interface Running<State> {
  readonly finished: boolean;
  /** What is to be evaluated or done next. Asking twice before the answer is told gives the same. */
  next(): Wish;
  /** All that cannot be derived from the item. Plain data: finite numbers, names, lists, objects, typed arrays. */
  state(): State;
}

/** What has become of an item that is over. */
export interface Ending<Data, Outcome> {
  /** Undefined when nothing of the item itself is kept, because others take its place. */
  readonly outcome: Outcome | undefined;
  /** Items that take its place, and its turn: a segment's halves, for one. */
  readonly successors: readonly Data[];
}

/**
 * A kind of work. An item of it is data; a solver and its memory are made when the item's turn begins, and dropped when it
 * is over.
 */
export interface Kind<Data, State, R extends Running<State>, Outcome> {
  /** Of what stands in a checkpoint, to be checked when it is read. */
  readonly schemas: {
    readonly data: z.ZodType<Data>;
    readonly state: z.ZodType<State>;
    readonly outcome: z.ZodType<Outcome>;
  };
  /** Hash of everything that the outcome of an item depends on; see `contentKey`. */
  key(data: Data): string;
  /** Input positions of an item's candidates, together. */
  size(data: Data): number;
  /** @throws Error when the state cannot be one of this item. */
  begin(data: Data, state: State | undefined): R;
  end(data: Data, running: R): Ending<Data, Outcome>;
}

import { z } from 'zod';
import { arrangementNames, defaultArrangement, layoutOf } from '../training/arrangement.ts';
import { recipeNames } from '../training/recipe-names.ts';

const count = z.number().int().min(0);

/** Which proto-token the texts of a cell have in common. */
export const sharings = ['none', 'e', 'm'] as const;
export type Sharing = (typeof sharings)[number];

/** What a cell is, when it is more than a training. */
const taskSchema = z.discriminatedUnion('kind', [
  /** A training whose texts are decoded afterwards, and timed, so many times. */
  z.object({ kind: z.literal('decoding'), repetitions: z.number().int().min(1) }),
]);

/** One training: a prefix of a text with an `e` and an `m` of its own, or prefixes of several texts that share one. */
export const cellSchema = z.object({
  /** Indices of the texts. */
  texts: z.array(count).min(1).readonly(),
  /** Tokens of each prefix. */
  length: z.number().int().min(1),
  arrangement: z.enum(arrangementNames),
  shared: z.enum(sharings),
  /**
   * Trained [mem] vectors that stand before the text itself, which is then read and predicted token by token: the
   * autoregressive setting of Kuratov et al. (arXiv 2502.13063). 0 for one-step generation.
   */
  memory: count,
  /** Whether it is trained by itself, so that its seconds are those of a single training. */
  alone: z.boolean(),
  seed: count,
  recipe: z.enum(recipeNames),
  /** Evaluations that it may take. */
  budget: z.number().int().min(1),
  task: taskSchema.optional(),
});
export type Cell = Readonly<z.output<typeof cellSchema>>;

/** What a cell has unless an experiment says otherwise. */
export const plainCell = { arrangement: defaultArrangement, shared: 'none', memory: 0, alone: false } as const;

/** Input positions of each of a cell's texts. The last token of a text that is read is only predicted. */
export function positionsOf({ arrangement, length, memory }: Cell): number {
  return memory ? memory + length - 1 : layoutOf(arrangement, length).kinds.length;
}

/** What a record holds beside that, by the kind of the task. */
const detailSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('decoding'),
    /** The median of all timed decodings; texts of one cell are decoded together. */
    seconds: z.number().min(0),
    /** Tokens of each text that the decoded one has in their places. */
    correct: z.array(count).readonly(),
  }),
]);
export type Detail = Readonly<z.output<typeof detailSchema>>;

/** What came of a cell. */
export const outcomeSchema = cellSchema.extend({
  /** Most tokens that came out right at one point, of each text in turn: C_tokens of the paper. */
  correct: z.array(count).readonly(),
  evaluations: count,
  /** In training; of cells that were trained side by side, each one's share. */
  seconds: z.number().min(0),
  /** H_LM of each prefix, in nats; null where the first token's surprisal is not known. */
  information: z.array(z.number().nullable()).readonly(),
  detail: detailSchema.optional(),
  /** Why the cell could not be computed; null when it was. */
  problem: z.string().nullable(),
});
export type CellOutcome = Readonly<z.output<typeof outcomeSchema>>;

/** Share of a cell's tokens that are right, each text counting the same. */
export function accuracyOf({ correct, length }: CellOutcome): number {
  return correct.reduce((sum, right) => sum + right / length, 0) / Math.max(1, correct.length);
}

/** Whether so many right tokens count as reconstructed: 99 %, as in the paper. In whole numbers, so nothing is rounded. */
export const isReconstructed = (correct: number, length: number): boolean => 100 * correct >= 99 * length;

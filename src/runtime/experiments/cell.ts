import { z } from 'zod';
import { onOneLine } from '../errors.ts';
import { arrangementNames, defaultArrangement, positionsOf as positionsIn } from '../training/arrangement.ts';
import { recipeNames } from '../training/recipe-names.ts';

const count = z.number().int().min(0);
/**
 * A list that is checked as one and not copied. Records have millions of elements: a schema for each takes half as long as to
 * read the lines.
 */
const listOf = <T>(is: (value: unknown) => value is T): z.ZodType<readonly T[]> =>
  z.custom<readonly T[]>(value => Array.isArray(value) && value.every(is));
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const counts = listOf(isCount);
const numbers = listOf(isNumber);
const numbersOrNulls = listOf((value): value is number | null => value === null || isNumber(value));
/** Of a prefix; of no text more are read. What comes from a queue or a file may say any number. */
const longestPrefix = 4096;
/** Repetitions and points of one cell. */
const mostTimes = 100_000;
/** A vector [d] of little-endian 32-bit numbers in base64. */
const vector = z.base64();
const pair = z.object({ e: vector, m: vector });

/** Which proto-token the texts of a cell have in common. */
export const sharings = ['none', 'e', 'm'] as const;
export type Sharing = (typeof sharings)[number];

/** How a prefix grows: by a token each time, or by steps that double, and are halved once one has failed. */
export const growths = ['token', 'bisection'] as const;

/** What a cell is, when it is more than a training. */
const taskSchema = z.discriminatedUnion('kind', [
  /** A training whose texts are decoded afterwards, and timed, so many times. */
  z.object({ kind: z.literal('decoding'), repetitions: z.number().int().min(1).max(mostTimes) }),
  /** A training whose vectors are kept in its record. */
  z.object({ kind: z.literal('solution') }),
  /** A curve between the solutions of the cell's seed and of another one, looked at along with the straight line. */
  z.object({
    kind: z.literal('curve'),
    otherSeed: count,
    /** Training steps of the curve, at most. */
    steps: count,
    /** At which both paths are looked at, the ends included. */
    points: z.number().int().min(2).max(mostTimes),
    /** The two solutions. They follow from all else, and so are neither in the key nor in a record. */
    ends: z.tuple([pair, pair]).optional(),
  }),
  /** The longest prefix that comes out, grown from warm starts; the length is the longest that is tried. */
  z.object({ kind: z.literal('horizon'), growth: z.enum(growths) }),
]);

/** One training: a prefix of a text with an `e` and an `m` of its own, or prefixes of several texts that share one. */
export const cellSchema = z.object({
  /** Indices of the texts. */
  texts: counts.refine(texts => texts.length > 0),
  /** Tokens of each prefix. */
  length: z.number().int().min(1).max(longestPrefix),
  arrangement: z.enum(arrangementNames),
  shared: z.enum(sharings),
  /**
   * Trained [mem] vectors that stand before the text itself, which is then read and predicted token by token: the
   * autoregressive setting of Kuratov et al. (arXiv 2502.13063). 0 for one-step generation.
   */
  memory: count.max(longestPrefix),
  /** Whether it is trained by itself, so that its seconds are those of a single training. */
  alone: z.boolean(),
  seed: count,
  recipe: z.enum(recipeNames),
  /** Evaluations that it may take; of a horizon, for every step by which the prefix grows. */
  budget: z.number().int().min(1),
  task: taskSchema.optional(),
});
export type Cell = Readonly<z.output<typeof cellSchema>>;
export type Task = NonNullable<Cell['task']>;

/** What a cell has unless an experiment says otherwise. */
export const plainCell = { arrangement: defaultArrangement, shared: 'none', memory: 0, alone: false } as const;

/**
 * A cell of these texts, as far as the rest says. Plans of a hundred thousand are made again and again: a copy of an object
 * to which fields are added takes ten times as long.
 */
export function cellOf(rest: Omit<Cell, 'texts' | 'length'>, texts: readonly number[], length: number): Cell {
  const { arrangement, shared, memory, alone, seed, recipe, budget, task } = rest;
  return { texts, length, arrangement, shared, memory, alone, seed, recipe, budget, task };
}

/** A cell as it stands in a key and in a record: without what follows from the rest. */
export function recorded<C extends Cell>(cell: C): C {
  return cell.task?.kind === 'curve' ? { ...cell, task: { ...cell.task, ends: undefined } } : cell;
}

/** Whether all is there that a cell is computed from; the solutions of a curve may still be missing, on another machine. */
export const isComplete = ({ task }: Cell): boolean => task?.kind !== 'curve' || task.ends !== undefined;

/** Input positions of each of a cell's texts. The last token of a text that is read is only predicted. */
export function positionsOf({ arrangement, length, memory }: Cell): number {
  return memory ? memory + length - 1 : positionsIn(arrangement, length);
}

/** What a record holds beside that, by the kind of the task. */
const detailSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('decoding'),
    /** The median of all timed decodings; texts of one cell are decoded together. */
    seconds: z.number().min(0),
    /** Tokens of each text that the decoded one has in their places. */
    correct: counts,
  }),
  z.object({
    kind: z.literal('solution'),
    /** Of each text, or the one that all share. */
    e: z.array(vector).readonly(),
    m: z.array(vector).readonly(),
  }),
  z.object({
    kind: z.literal('curve'),
    /** Accuracy at even steps of t from 0 to 1. */
    straight: numbers,
    curve: numbers,
    /** Length of the curve by that of the straight line. */
    lengthRatio: z.number(),
  }),
  z.object({
    kind: z.literal('horizon'),
    /** Of the prefixes that came out right, in turn: their tokens, and the evaluations from the one before. */
    lengths: counts,
    evaluations: counts,
    /** Of each token of the longest one, and of the token after it, in nats; null where it is not known. */
    surprisals: numbersOrNulls,
  }),
]);
export type Detail = Readonly<z.output<typeof detailSchema>>;

/** What came of a cell. */
export const outcomeSchema = cellSchema.extend({
  /**
   * Most tokens that came out right at one point, of each text in turn: C_tokens of the paper. Of a curve, at its worst
   * point; of a horizon, the tokens of the longest prefix.
   */
  correct: counts,
  evaluations: count,
  /** In training; of cells that were trained side by side, each one's share. */
  seconds: z.number().min(0),
  /** H_LM of each prefix, in nats; null where the first token's surprisal is not known. */
  information: numbersOrNulls,
  detail: detailSchema.optional(),
  /** Why the cell could not be computed; null when it was. */
  problem: z.string().nullable(),
});
export type CellOutcome = Readonly<z.output<typeof outcomeSchema>>;

/** The outcome of a cell that could not be computed, and why. */
export function failedOutcome(cell: Cell, information: CellOutcome['information'], problem: string): CellOutcome {
  const said = onOneLine(problem);
  return {
    ...recorded(cell),
    correct: cell.texts.map(() => 0),
    evaluations: 0,
    seconds: 0,
    information,
    problem: said,
  };
}

/** Share of a cell's tokens that are right, each text counting the same. */
export function accuracyOf({ correct, length }: CellOutcome): number {
  return correct.reduce((sum, right) => sum + right / length, 0) / Math.max(1, correct.length);
}

/** Whether so many right tokens count as reconstructed: 99 %, as in the paper. In whole numbers, so nothing is rounded. */
export const isReconstructed = (correct: number, length: number): boolean => 100 * correct >= 99 * length;

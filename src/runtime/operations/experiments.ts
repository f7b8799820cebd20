import * as z from 'zod/mini';
import type { Cell, CellOutcome } from '../experiments/cell.ts';
import type { Wanted } from '../experiments/wanted.ts';
import type { ExperimentPlan, ExperimentProgress, ExperimentResult, ListedExperiment } from '../results/experiments.ts';
import { modelParameters, operation } from './operation.ts';

/** Texts that an experiment wants the model itself to write (multinomial sampling at temperature 1). */
export const continuationWish = z.object({
  /** Texts that are continued, at most. */
  contexts: z.int().check(z.minimum(1)),
  /** Tokens of the beginning of each that the model reads. */
  contextTokens: z.int().check(z.minimum(1)),
  /** Continuations of each, and their tokens. */
  count: z.int().check(z.minimum(1)),
  tokens: z.int().check(z.minimum(1)),
  seed: z.int(),
});
export type ContinuationWish = z.output<typeof continuationWish>;

/** What came of a cell, and the key of its record. */
export interface KeyedOutcome {
  readonly key: string;
  readonly outcome: CellOutcome;
}

const asked = {
  ...modelParameters,
  /** Name of the experiment. */
  name: z.string(),
  preset: z.enum(['quick', 'paper']),
  /** Settings in place of the preset's. */
  settings: z.record(z.string(), z.unknown()),
  texts: z.readonly(z.array(z.string())),
  /** Continuations that it is made on in place of the texts, unless it has its own. */
  continuations: z.optional(continuationWish),
};

const experiment = {
  ...asked,
  /** Path of the file that has a line for every cell that is over; work that is not over is kept beside it. */
  records: z.string(),
  /** The part of the cells that is computed or counted, counted from 1; all of them when left out. */
  shard: z.optional(z.object({ index: z.int(), count: z.int() })),
};

/** The experiments that there are. */
export const listExperiments = operation<readonly ListedExperiment[]>()('experiment/list', z.object({}));

/** What an experiment takes at most. No model is loaded for that, only its tokenizer. */
export const planExperiment = operation<ExperimentPlan>()('experiment/plan', z.object(asked));

/** Computes the cells of an experiment that are not in its records yet. Cancelled, it keeps those that are over. */
export const runExperiment = operation<ExperimentResult, ExperimentProgress>()(
  'experiment/run',
  z.object({
    ...experiment,
    /** Whether progress brings a report now and then. */
    live: z._default(z.boolean(), false),
  }),
  ({ done, evaluations, texts }) => done + evaluations + (texts?.done ?? 0),
);

/** What the records of an experiment show so far. */
export const reportExperiment = operation<ExperimentResult>()('experiment/report', z.object(experiment));

/** What an experiment wants next, to be computed elsewhere. No model is loaded for that, only its tokenizer. */
export const wantedCells = operation<Wanted>()('experiment/wanted', z.object(experiment));

/** Computes cells on the tokens of texts. @returns each outcome with its key; those that are over, when it is cancelled */
export const computeCells = operation<readonly KeyedOutcome[]>()(
  'experiment/compute',
  z.object({
    ...modelParameters,
    tokens: z.readonly(z.array(z.custom<Int32Array>(value => value instanceof Int32Array))),
    cells: z.readonly(z.array(z.custom<Cell>(value => typeof value === 'object'))),
  }),
);

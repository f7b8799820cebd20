import { z } from 'zod';
import type { Trial } from './trial.ts';

/** What a solution must reach: all tokens right, or 99 % of them. */
export const goals = ['perfect', 'near'] as const;
export type Goal = (typeof goals)[number];
export const accuracyOf: Readonly<Record<Goal, string>> = { perfect: '1.0', near: '0.99' };

const count = z.number().int().min(0);
/** Gradient evaluations, and seconds of the trial's share of the batches that it was in. */
export const spentSchema = z.object({ steps: count, seconds: z.number().min(0) });
export type Spent = z.output<typeof spentSchema>;

export const trialSchema = z.object({
  fingerprint: z.string(),
  device: z.string(),
  recipe: z.string(),
  split: z.string(),
  kind: z.string(),
  text: count,
  length: count,
  seed: count,
  tokens: z.string(),
});

/** How a trial ended: one line of a results file. */
export const resultSchema = trialSchema.extend({
  model: z.string(),
  /** Gradient evaluations that it was allowed. */
  budget: count,
  /** Until the goal was reached; null when it was not. */
  perfect: spentSchema.nullable(),
  near: spentSchema.nullable(),
  /** Most tokens that were right at one point. */
  correct: count,
  spent: spentSchema,
  /** Not tried, because the recipe had failed on two shorter prefixes of the text. */
  skipped: z.boolean(),
});
export type Result = z.output<typeof resultSchema>;

/** Whether so many right tokens reach a goal. In whole numbers, as 0.99 is none that a computer knows. */
export function reaches(goal: Goal, correct: number, length: number): boolean {
  return goal === 'perfect' ? correct === length : 100 * correct >= 99 * length;
}

/** What a goal took, if it was reached within a budget. */
export function costWithin(result: Result, goal: Goal, budget: number): Spent | undefined {
  const cost = result[goal];
  return cost && cost.steps <= budget ? cost : undefined;
}

/** Whether a trial need not be run (again) to know how it ends within a budget. */
export function isMeasured(result: Result | undefined, budget: number): result is Result {
  return result !== undefined && !result.skipped && (result.perfect !== null || result.budget >= budget);
}

/** Whether a trial counts: it was measured, or skipped, with that budget at least. */
export function isSettled(result: Result | undefined, budget: number): result is Result {
  return result !== undefined && (result.perfect !== null || result.budget >= budget);
}

/** The result of a trial that was not run. */
export function skippedResult(trial: Trial, model: string, budget: number): Result {
  return {
    model,
    ...trial,
    budget,
    perfect: null,
    near: null,
    correct: 0,
    spent: { steps: 0, seconds: 0 },
    skipped: true,
  };
}

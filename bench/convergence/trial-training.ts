import { z } from 'zod';
import { Attempt, attemptStateSchema } from '../../src/runtime/training/attempt.ts';
import type { StartSpreads } from '../../src/runtime/training/start.ts';
import { contentKey } from '../../src/runtime/work/content-key.ts';
import type { Kind, Running, Wish } from '../../src/runtime/work/item.ts';
import { contenderOf } from './recipes.ts';
import { type Result, reaches, resultSchema, type Spent, spentSchema, trialSchema } from './result.ts';
import { keyOf, problemOf, type Setting, type Trial } from './trial.ts';

/** A trial, and how long it may take. */
const allowedSchema = trialSchema.extend({ budget: z.number().int().min(1) });
export type AllowedTrial = Readonly<z.output<typeof allowedSchema>>;

const stateSchema = z.object({
  attempt: attemptStateSchema,
  seconds: z.number().min(0),
  near: spentSchema.nullable(),
});
export type TrialState = z.output<typeof stateSchema>;

/** A trial on its way. */
export class RunningTrial implements Running<TrialState> {
  private seconds: number;
  private near: Spent | null;

  constructor(
    private readonly trial: Trial,
    private readonly attempt: Attempt,
    restored?: TrialState,
  ) {
    this.seconds = restored?.seconds ?? 0;
    this.near = restored?.near ?? null;
  }

  get finished(): boolean {
    return this.attempt.finished;
  }

  /** Gradient evaluations so far. */
  get steps(): number {
    return this.attempt.steps;
  }

  next(): Wish {
    return {
      kind: 'gradient',
      candidates: this.attempt.candidates(),
      tell: (evaluations, seconds) => {
        this.attempt.tell(evaluations);
        this.seconds += seconds;
        if (!this.near && reaches('near', this.correct, this.trial.length)) this.near = this.spent;
      },
    };
  }

  state(): TrialState {
    return { attempt: this.attempt.state(), seconds: this.seconds, near: this.near };
  }

  result(model: string, budget: number): Result {
    const { correct, spent, near } = this;
    const perfect = this.attempt.perfect ? spent : null;
    return { model, ...this.trial, budget, perfect, near, correct, spent, skipped: false };
  }

  private get correct(): number {
    return this.attempt.kept?.correct ?? 0;
  }

  private get spent(): Spent {
    return { steps: this.attempt.steps, seconds: this.seconds };
  }
}

/** Trials of one setting, as work. */
export function trainingOfTrials(
  setting: Setting,
  width: number,
  spreads: StartSpreads,
): Kind<AllowedTrial, TrialState, RunningTrial, Result> {
  return {
    schemas: { data: allowedSchema, state: stateSchema, outcome: resultSchema },
    key: ({ budget, ...trial }) => contentKey('trial', keyOf(trial), budget, width, spreads),
    // As the evaluator pads them, so that a run's seconds are those of all the trials in it.
    size: ({ length }) => Math.ceil(length / 8) * 8,
    begin: ({ budget, ...trial }, state) => {
      const problem = problemOf(setting, trial, width, spreads);
      const attempt = new Attempt(problem, contenderOf(trial.recipe), budget, state?.attempt);
      return new RunningTrial(trial, attempt, state);
    },
    end: ({ budget }, running) => ({ outcome: running.result(setting.model, budget), successors: [] }),
  };
}

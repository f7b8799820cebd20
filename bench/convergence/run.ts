import { breathe } from '../../src/runtime/breathe.ts';
import type { FrozenModel } from '../../src/runtime/models/frozen-model.ts';
import { defaultArrangement } from '../../src/runtime/training/arrangement.ts';
import { Attempt, advance } from '../../src/runtime/training/attempt.ts';
import { solutionsAtOnce } from '../../src/runtime/training/batch.ts';
import { Evaluator } from '../../src/runtime/training/evaluator.ts';
import type { Sessions } from '../../src/runtime/training/sessions.ts';
import { startSpreads } from '../../src/runtime/training/start.ts';
import { secondsOf } from '../timing.ts';
import { contenderOf } from './recipes.ts';
import { costWithin, isMeasured, isSettled, type Result, reaches, type Spent, skippedResult } from './result.ts';
import type { ResultsFile } from './results-file.ts';
import { problemOf, type Setting, type Trial, trialsOf } from './trial.ts';

/** What is tried, in a setting. */
export interface Task {
  readonly setting: Setting;
  readonly recipes: readonly string[];
  readonly lengths: readonly number[];
  /** Gradient evaluations of a trial; the recipe's own number when left out. */
  readonly steps: number | undefined;
  /** Whether longer prefixes of a text are skipped after two successive failures. */
  readonly giveUp: boolean;
}

/** How the trials of one batch stand. */
export interface BatchProgress {
  readonly recipe: string;
  readonly length: number;
  /** Trials of this recipe and length that are still to be run, this batch's included. */
  readonly waiting: number;
  readonly running: number;
  readonly step: number;
  readonly budget: number;
  readonly secondsPerStep: number;
}

interface Surroundings {
  readonly model: FrozenModel;
  readonly sessions: Sessions;
  readonly results: ResultsFile;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BatchProgress) => void;
}

/** Evaluations that a trial is allowed. */
export function budgetOf({ steps }: Pick<Task, 'steps'>, recipe: string): number {
  return steps ?? contenderOf(recipe).steps;
}

/**
 * Runs every trial that is not in the results yet. Lengths come in ascending order, and at each the recipes in turn, so
 * that what an interrupted run leaves can be compared.
 */
export async function runTask(task: Task, surroundings: Surroundings): Promise<void> {
  const lengths = [...task.lengths].sort((a, b) => a - b);
  for (const [index, length] of lengths.entries())
    for (const recipe of task.recipes) {
      const shorter = task.giveUp && index >= 2 ? lengths.slice(index - 2, index) : [];
      await runLength(task, recipe, length, shorter, surroundings);
      if (surroundings.signal.aborted) return;
    }
}

/** @param shorter the two lengths at which a failure makes this one hopeless; empty to try it in any case */
async function runLength(
  task: Task,
  recipe: string,
  length: number,
  shorter: readonly number[],
  surroundings: Surroundings,
): Promise<void> {
  const { results, signal, model } = surroundings;
  const budget = budgetOf(task, recipe);
  const failures = shorter.map(before => failedTexts(task, recipe, before, results));
  const due: Trial[] = [];
  for (const trial of trialsOf(task.setting, recipe, length)) {
    const known = results.find(trial);
    if (isMeasured(known, budget)) continue;
    if (!failures.length || failures.some(texts => !texts.has(trial.text))) due.push(trial);
    else if (!isSettled(known, budget)) await results.append(skippedResult(trial, task.setting.model, budget));
  }
  const spreads = await startSpreads(contenderOf(recipe), defaultArrangement, model, surroundings.sessions);
  // As many as the evaluator takes in one run, so that a run's seconds are those of all the trials in it.
  const size = solutionsAtOnce(surroundings.sessions.options.device, Math.ceil(length / 8) * 8);
  for (let from = 0; from < due.length && !signal.aborted; from += size) {
    const running = due.slice(from, from + size).map(trial => {
      const problem = problemOf(task.setting, trial, model.config.hiddenSize, spreads);
      return new RunningTrial(trial, problem, recipe, budget);
    });
    await runBatch(running, task.setting.model, recipe, { ...surroundings, waiting: due.length - from });
  }
}

/** Texts of which a recipe did not even get 99 % of the prefix right. */
function failedTexts(task: Task, recipe: string, length: number, results: ResultsFile): Set<number> {
  const budget = budgetOf(task, recipe);
  const failed = trialsOf(task.setting, recipe, length).filter(trial => {
    const known = results.find(trial);
    return isSettled(known, budget) && !costWithin(known, 'near', budget);
  });
  return new Set(failed.map(({ text }) => text));
}

/**
 * Advances trials in lockstep; each is written as it ends and leaves the batch. What a batch's evaluation takes is
 * divided equally among the trials in it: what one alone would take cannot be seen from here. The first evaluation of a
 * batch includes the loading of its graph.
 */
async function runBatch(
  trials: readonly RunningTrial[],
  model: string,
  recipe: string,
  { sessions, model: frozen, results, signal, onProgress, waiting }: Surroundings & { readonly waiting: number },
): Promise<void> {
  const evaluator = new Evaluator(frozen, sessions);
  let running = [...trials];
  for (let step = 1; running.length && !signal.aborted; step++) {
    const seconds = await secondsOf(() =>
      advance(
        running.map(({ attempt }) => attempt),
        evaluator,
      ),
    );
    for (const trial of running) {
      trial.advanced(seconds / running.length);
      if (trial.attempt.finished) await results.append(trial.result(model));
    }
    const [first] = running;
    running = running.filter(({ attempt }) => !attempt.finished);
    if (first) {
      const { budget, trial } = first;
      const ended = trials.length - running.length;
      onProgress({
        recipe,
        length: trial.length,
        waiting: waiting - ended,
        running: running.length,
        step,
        budget,
        secondsPerStep: seconds,
      });
    }
    await breathe();
  }
}

/** A trial on its way. */
class RunningTrial {
  readonly attempt: Attempt;
  private seconds = 0;
  private near: Spent | null = null;

  constructor(
    readonly trial: Trial,
    problem: ReturnType<typeof problemOf>,
    recipe: string,
    readonly budget: number,
  ) {
    this.attempt = new Attempt(problem, contenderOf(recipe), budget);
  }

  /** Takes note of an evaluation that has just been told. */
  advanced(seconds: number): void {
    this.seconds += seconds;
    if (!this.near && reaches('near', this.correct, this.trial.length)) this.near = this.spent;
  }

  result(model: string): Result {
    const { trial, budget, correct, spent, near } = this;
    const perfect = this.attempt.perfect ? spent : null;
    return { model, ...trial, budget, perfect, near, correct, spent, skipped: false };
  }

  private get correct(): number {
    return this.attempt.kept?.correct ?? 0;
  }

  private get spent(): Spent {
    return { steps: this.attempt.steps, seconds: this.seconds };
  }
}

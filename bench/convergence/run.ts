import { rm } from 'node:fs/promises';
import type { FrozenModel } from '../../src/runtime/models/frozen-model.ts';
import { defaultArrangement } from '../../src/runtime/training/arrangement.ts';
import { Evaluator } from '../../src/runtime/training/evaluator.ts';
import type { Sessions } from '../../src/runtime/training/sessions.ts';
import { startSpreads } from '../../src/runtime/training/start.ts';
import type { Oracle } from '../../src/runtime/work/item.ts';
import { Work } from '../../src/runtime/work/work.ts';
import { contenderOf } from './recipes.ts';
import { costWithin, isMeasured, isSettled, skippedResult } from './result.ts';
import type { ResultsFile } from './results-file.ts';
import { type Setting, type Trial, trialsOf } from './trial.ts';
import { trainingOfTrials } from './trial-training.ts';

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

/** How the trials of one recipe and length stand. */
export interface TrialsProgress {
  readonly recipe: string;
  readonly length: number;
  /** Trials that are not over, those in training included. */
  readonly left: number;
  readonly running: number;
  /** Of the one in training that has had most. */
  readonly step: number;
  readonly budget: number;
  readonly secondsPerStep: number;
}

interface Surroundings {
  readonly model: FrozenModel;
  readonly sessions: Sessions;
  /** What evaluates candidates on the model; one of these sessions when left out. */
  readonly oracle?: Oracle;
  readonly results: ResultsFile;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrialsProgress) => void;
}

/** Evaluations that a trial is allowed. */
export function budgetOf({ steps }: Pick<Task, 'steps'>, recipe: string): number {
  return steps ?? contenderOf(recipe).evaluations;
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

/**
 * The trials of one recipe and length as one plan, in lockstep; each result is written as its trial ends, and the next
 * trial takes its place. What an evaluation takes is divided equally among the trials in it: what one alone would take
 * cannot be seen from here. The first evaluation includes the loading of its graph.
 *
 * @param shorter the two lengths at which a failure makes this one hopeless; empty to try it in any case
 */
async function runLength(
  task: Task,
  recipe: string,
  length: number,
  shorter: readonly number[],
  { results, signal, model, sessions, onProgress, ...given }: Surroundings,
): Promise<void> {
  const budget = budgetOf(task, recipe);
  const failures = shorter.map(before => failedTexts(task, recipe, before, results));
  const tried: Trial[] = [];
  for (const trial of trialsOf(task.setting, recipe, length)) {
    const known = results.find(trial);
    const hopeless = failures.length && !failures.some(texts => !texts.has(trial.text));
    if (isMeasured(known, budget) || !hopeless) tried.push(trial);
    else if (!isSettled(known, budget)) await results.append(skippedResult(trial, task.setting.model, budget));
  }
  const measured = (trial: Trial) => {
    const known = results.find(trial);
    return isMeasured(known, budget) ? known : undefined;
  };
  if (tried.every(measured)) return;
  const spreads = await startSpreads(contenderOf(recipe), defaultArrangement, model, sessions);
  const work = await Work.open(
    {
      kind: trainingOfTrials(task.setting, model.config.hiddenSize, spreads),
      items: tried.map(trial => ({ ...trial, budget })),
      known: measured,
    },
    given.oracle ?? new Evaluator(model, sessions),
    { checkpoint: results.checkpoint },
  );
  const cancelled = await work.run(
    () => signal.aborted,
    async ({ active, ended, seconds }) => {
      for (const result of ended) await results.append(result);
      onProgress({
        recipe,
        length,
        left: work.entries.filter(({ state }) => state !== 'over').length,
        running: active.length,
        step: Math.max(...active.map(({ running }) => running.steps)),
        budget,
        secondsPerStep: seconds,
      });
    },
  );
  if (!cancelled) await rm(results.checkpoint, { force: true });
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

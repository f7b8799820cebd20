import type { CurveProgress } from '../../results/connectivity.ts';
import type { SolutionCurve } from '../../results/solutions.ts';
import type { Evaluator } from '../../training/evaluator.ts';
import { CurveTraining } from './curve-training.ts';
import { type Ends, vectorsOf } from './ends.ts';
import { reportPaths } from './path.ts';

export interface CurveSearchOptions {
  /** Of each curve, at most. */
  readonly steps: number;
  readonly seed: number;
}

/** Steps between two looks at how a curve fares. */
const stepsBetweenLooks = 25;
/** Points of a look. */
const pointsOfLook = 21;
/** Curves in training at a time: enough to keep a processor busy. */
const positionsAtOnce = 512;

interface Task {
  readonly ends: Ends;
  readonly training: CurveTraining;
}

/**
 * Trains curves between pairs of solutions, side by side in one graph. A curve is done when every token is right at
 * every point of a look, or it has had its steps.
 */
export class CurveSearch {
  private readonly tasks: readonly Task[];

  constructor(
    pairs: readonly Ends[],
    private readonly options: CurveSearchOptions,
    private readonly evaluator: Evaluator,
  ) {
    this.tasks = pairs.map(ends => {
      const seed = [options.seed, ends.first, ends.second];
      return { ends, training: new CurveTraining(ends.start, ends.end, ends.goal, seed) };
    });
  }

  /** One record after each step of everything in training. Stop asking to cancel; nothing earned is lost. */
  async *run(): AsyncGenerator<readonly CurveProgress[], void> {
    for (let active = this.active(); active.length; active = this.active()) {
      const due = active.filter(({ training: { steps, kept } }) => !kept || steps % stepsBetweenLooks === 0);
      if (due.length) await this.look(due);
      const going = active.filter(task => !this.done(task));
      if (going.length) await this.step(going);
      const last = going.filter(({ training }) => training.steps >= this.options.steps);
      if (last.length) await this.look(last);
      yield this.progress(active);
    }
  }

  /** The best curve of every pair that is done, or has been looked at since its training began. */
  result(): SolutionCurve[] {
    return this.tasks.flatMap(task => {
      const { first, second } = task.ends;
      const { kept, steps } = task.training;
      const earned = this.done(task) || steps > stepsBetweenLooks;
      return kept && earned ? [{ first, second, steps, ...vectorsOf(kept.curve.control) }] : [];
    });
  }

  private done({ training: { kept, steps } }: Task): boolean {
    return kept !== undefined && (kept.report.lowestAccuracy === 1 || steps >= this.options.steps);
  }

  private active(): Task[] {
    let room = positionsAtOnce;
    const active: Task[] = [];
    for (const task of this.tasks) {
      if (this.done(task)) continue;
      const size = task.ends.goal.tokens.length * pointsOfLook;
      if (active.length && size > room) break;
      active.push(task);
      room -= size;
    }
    return active;
  }

  private async look(tasks: readonly Task[]): Promise<void> {
    const paths = tasks.map(({ training: { curve, goal } }) => ({ curve, goal }));
    const reports = await reportPaths(this.evaluator, paths, pointsOfLook);
    for (const [i, { training }] of tasks.entries()) {
      const [path, report] = [paths[i], reports[i]];
      if (path && report) training.look(path.curve.control, report);
    }
  }

  private async step(tasks: readonly Task[]): Promise<void> {
    const candidates = tasks.map(({ training }) => training.candidates());
    const evaluations = await this.evaluator.evaluate(candidates.flat());
    let from = 0;
    for (const [i, { training }] of tasks.entries()) {
      const count = candidates[i]?.length ?? 0;
      training.tell(evaluations.slice(from, from + count));
      from += count;
    }
  }

  private progress(active: readonly Task[]): CurveProgress[] {
    return this.tasks.map(task => {
      const { ends, training } = task;
      const going = active.includes(task) ? 'training' : 'waiting';
      return {
        first: ends.first,
        second: ends.second,
        steps: training.steps,
        lowestAccuracy: training.kept?.report.lowestAccuracy,
        state: this.done(task) ? 'settled' : going,
      };
    });
  }
}

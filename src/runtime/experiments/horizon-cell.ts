import { z } from 'zod';
import { Attempt, attemptStateSchema } from '../training/attempt.ts';
import { recipeOf } from '../training/recipe.ts';
import { float32s } from '../training/state.ts';
import type { Wish } from '../work/item.ts';
import { type Cell, positionsOf, type Task } from './cell.ts';
import type { Ended, RunningCell } from './cell-kinds.ts';
import type { Ground } from './ground.ts';
import { oneStepProblem } from './training.ts';

const count = z.number().int().min(0);

export const horizonStateSchema = z.object({
  /** The prefixes that came out right, and what each took from the one before. */
  grown: z.array(z.object({ length: count, evaluations: count })).readonly(),
  /** Where the longest of them comes out right: the start of the next. */
  point: float32s.optional(),
  /** The shortest prefix that did not come out within its budget. */
  failed: count.optional(),
  evaluations: count,
  seconds: z.number().min(0),
  /** Of the prefix that is tried now. */
  attempt: attemptStateSchema.optional(),
});
type HorizonState = z.output<typeof horizonStateSchema>;
type HorizonTask = Extract<Task, { kind: 'horizon' }>;

/**
 * Grows a prefix from the solution of a shorter one until it no longer comes out right within its budget: by a token each
 * time, as Progressive Cramming (ICML 2026) does, or by steps that double until one fails, and then by bisection. Either
 * way the prefix that is found comes out right, and the one that is a token longer was tried and did not.
 */
export class HorizonCell implements RunningCell {
  private grown: HorizonState['grown'];
  private point: Float32Array | undefined;
  private failed: number | undefined;
  private evaluations: number;
  private spent: number;
  private attempt: Attempt | undefined;
  /** Tokens of the longest prefix that is tried: of the cell, or as many as the model has positions for. */
  private readonly reach: number;

  constructor(
    private readonly ground: Ground,
    private readonly cell: Cell,
    private readonly task: HorizonTask,
    restored?: HorizonState,
  ) {
    let reach = cell.length;
    while (positionsOf({ ...cell, length: reach }) > ground.mostPositions) reach--;
    this.reach = reach;
    this.grown = restored?.grown ?? [];
    this.point = restored?.point;
    this.failed = restored?.failed;
    this.evaluations = restored?.evaluations ?? 0;
    this.spent = restored?.seconds ?? 0;
    this.attempt = this.nextAttempt(restored?.attempt);
  }

  get finished(): boolean {
    return this.attempt === undefined;
  }

  next(): Wish {
    const { attempt } = this;
    if (!attempt) throw new Error('the horizon has been found');
    return {
      kind: 'gradient',
      candidates: attempt.candidates(),
      tell: (evaluations, seconds) => {
        attempt.tell(evaluations);
        this.evaluations++;
        this.spent += seconds;
        if (!attempt.finished) return;
        if (attempt.perfect) {
          this.grown = [...this.grown, { length: attempt.total, evaluations: attempt.steps }];
          this.point = attempt.kept?.point;
        } else this.failed = attempt.total;
        this.attempt = this.nextAttempt();
      },
    };
  }

  state(): HorizonState {
    const { grown, point, failed, evaluations, spent: seconds, attempt } = this;
    return { grown, point, failed, evaluations, seconds, attempt: attempt?.state() };
  }

  ended(): Ended {
    const [text = 0] = this.cell.texts;
    const surprisals = this.ground.surprisalsOf(text, this.cell.length).subarray(0, this.held + 1);
    return {
      correct: [this.held],
      evaluations: this.evaluations,
      seconds: this.spent,
      detail: {
        kind: 'horizon',
        lengths: this.grown.map(({ length }) => length),
        evaluations: this.grown.map(({ evaluations }) => evaluations),
        surprisals: Array.from(surprisals, nats => (Number.isNaN(nats) ? null : nats)),
      },
    };
  }

  /** Tokens of the longest prefix that has come out right. */
  private get held(): number {
    return this.grown.at(-1)?.length ?? 0;
  }

  /** The prefix that is tried next; undefined when the longest is known. */
  private get target(): number | undefined {
    const { held, failed, reach: length } = this;
    if (held >= length || failed === held + 1) return undefined;
    if (this.task.growth === 'token') return held + 1;
    if (failed !== undefined) return Math.floor((held + failed) / 2);
    return Math.min(length, held + 2 ** this.grown.length);
  }

  private nextAttempt(state?: HorizonState['attempt']): Attempt | undefined {
    const { target, ground, cell } = this;
    const [text = 0] = cell.texts;
    if (target === undefined) return undefined;
    const problem = oneStepProblem(ground, { ...cell, length: target }, [ground.prefix(text, target)]);
    return new Attempt({ ...problem, start: this.point }, recipeOf(cell.recipe), cell.budget, state);
  }
}

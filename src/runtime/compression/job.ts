import type { JobProgress } from '../results/compression.ts';
import { advance, type Outcome } from '../training/attempt.ts';
import type { Candidate, Evaluator } from '../training/evaluator.ts';
import type { CompressionOptions } from './options.ts';
import { progressOf, type StandingSegment } from './progress.ts';
import { halves, planSegments, type Segment } from './segments.ts';
import {
  candidateOf,
  type SolvedSegment,
  type StartingSegment,
  startFrom,
  Task,
  type TaskContext,
  type TaskSnapshot,
} from './task.ts';

/** A segment for which training is over. */
export interface SettledSegment extends SolvedSegment {
  /** Undefined when it was never evaluated. */
  readonly outcome: Outcome | undefined;
  /** Gradient evaluations spent on it, those of the segments that it was split from not counted. */
  readonly steps: number;
}

/** All of a job that cannot be derived from the text and the options. Plain data. */
export interface JobSnapshot {
  readonly settled: readonly SettledSegment[];
  readonly tasks: readonly TaskSnapshot[];
  readonly evaluations: number;
}

/** Where a job begins: where it was interrupted, or from the segments of an earlier one; from nothing when left out. */
export type JobStart =
  | { readonly kind: 'snapshot'; readonly snapshot: JobSnapshot }
  | { readonly kind: 'segments'; readonly segments: readonly StartingSegment[] };

/**
 * Finds proto-tokens for every segment of a text. Segments train side by side, each at its own pace; one that ends
 * takes the next one's turn. A segment that does not come out right within its steps, or shows early that it would not,
 * is split, and its halves tried. With a shared `m` all segments train as one problem first; then `m` stays, and what is
 * still wrong is split.
 */
export class CompressionJob {
  private readonly context: TaskContext;
  private readonly settled: SettledSegment[] = [];
  private tasks: Task[] = [];
  private evaluations = 0;

  constructor(
    tokens: Int32Array,
    model: Pick<TaskContext, 'width' | 'spreads'>,
    options: CompressionOptions,
    private readonly evaluator: Evaluator,
    start?: JobStart,
  ) {
    this.context = { tokens, ...model, options };
    if (start?.kind === 'snapshot') this.restore(start.snapshot);
    else this.begin(start?.segments);
  }

  /** One record after each evaluation of everything in training. Stop asking to cancel; nothing earned is lost. */
  async *run(): AsyncGenerator<JobProgress, void> {
    while (this.tasks.length) {
      const active = this.active();
      await advance(
        active.map(({ attempt }) => attempt),
        this.evaluator,
      );
      for (const task of active) task.note();
      this.evaluations += active.reduce((sum, { segments }) => sum + segments.length, 0);
      const progress = this.progress(active);
      for (const task of active.filter(({ finished }) => finished)) this.replace(task, this.settle(task, true));
      yield progress;
    }
  }

  /** Every segment as good as it has become; the ones still in training are taken at their best. */
  result(): SettledSegment[] {
    for (const task of this.tasks) this.settle(task, false);
    this.tasks = [];
    return [...this.settled].sort((a, b) => a.start - b.start);
  }

  /** The segment that holds a token of the text, and its best vectors so far. */
  candidateAt(position: number): { readonly segment: Segment; readonly candidate: Candidate } {
    const holds = ({ start, length }: Segment): boolean => position >= start && position < start + length;
    const settled = this.settled.find(holds);
    if (settled) return { segment: settled, candidate: candidateOf(this.context, settled) };
    for (const task of this.tasks) {
      const index = task.segments.findIndex(holds);
      if (index < 0) continue;
      const solved = task.solved(index);
      return { segment: solved, candidate: candidateOf(this.context, solved) };
    }
    throw new Error(`the text has no token ${position}`);
  }

  snapshot(): JobSnapshot {
    return {
      settled: [...this.settled],
      tasks: this.tasks.map(task => task.snapshot()),
      evaluations: this.evaluations,
    };
  }

  private restore({ settled, tasks, evaluations }: JobSnapshot): void {
    this.settled.push(...settled);
    this.evaluations = evaluations;
    this.tasks = tasks.map(
      ({ segments, attempt, prospect, ...start }) => new Task(this.context, segments, start, { attempt, prospect }),
    );
  }

  private begin(earlier: readonly StartingSegment[] | undefined): void {
    const { tokens, width, options } = this.context;
    const segments = earlier ?? planSegments(tokens.length, options.segmentLength);
    const groups = options.sharedM ? [segments] : segments.map(segment => [segment]);
    this.tasks = groups.map(
      group => new Task(this.context, group.map(bounds), { depth: 0, from: startFrom(group, width) }),
    );
  }

  private active(): Task[] {
    let room = this.evaluator.positionsAtOnce;
    const active: Task[] = [];
    for (const task of this.tasks) {
      if (active.length && task.size > room) break;
      active.push(task);
      room -= task.size;
    }
    return active;
  }

  private replace(task: Task, successors: readonly Task[]): void {
    // Halves go first: the text becomes whole from the front, and the last task does not begin when all else is done.
    this.tasks = this.tasks.flatMap(other => (other === task ? successors : [other]));
  }

  /** Takes over what a task has found; returns the tasks for what should be tried again in halves. */
  private settle(task: Task, maySplit: boolean): Task[] {
    const again: Task[] = [];
    for (const [i, segment] of task.segments.entries()) {
      const [solved, outcome] = [task.solved(i), task.outcome(i)];
      const frozenM = this.context.options.sharedM ? solved.m : undefined;
      const parts = maySplit && (outcome?.correct ?? 0) < segment.length ? halves(segment) : [];
      for (const part of parts) again.push(new Task(this.context, [part], { depth: task.start.depth + 1, frozenM }));
      if (!parts.length) this.settled.push({ ...solved, outcome, steps: task.attempt.steps });
    }
    return again;
  }

  private progress(active: readonly Task[]): JobProgress {
    const standing: StandingSegment[] = this.settled.map(segment => ({ ...segment, state: 'settled' }));
    for (const task of this.tasks)
      for (const [i, segment] of task.segments.entries())
        standing.push({
          ...segment,
          outcome: task.outcome(i),
          steps: task.attempt.steps,
          state: active.includes(task) ? 'training' : 'waiting',
        });
    return progressOf(this.context.tokens.length, this.evaluations, standing);
  }
}

function bounds({ start, length }: Segment): Segment {
  return { start, length };
}

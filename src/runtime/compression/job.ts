import { type Layout, layoutOf } from '../training/arrangement.ts';
import { Attempt, type AttemptState, advance } from '../training/attempt.ts';
import type { Evaluator } from '../training/evaluator.ts';
import { type Problem, startOf, vectorAt } from '../training/problem.ts';
import { recipeOf } from '../training/recipe.ts';
import { type CompressionOptions, stepsOf } from './options.ts';
import { halves, planSegments, type Segment } from './segments.ts';

/** A segment for which training is over. */
export interface SettledSegment extends Segment {
  readonly e: Float32Array;
  readonly m: Float32Array;
  readonly correct: number;
  /** Gradient evaluations spent on it, those of the segments that it was split from not counted. */
  readonly steps: number;
}

/** How one segment stands. */
export interface SegmentProgress extends Segment {
  /** Best so far. */
  readonly correct: number;
  readonly steps: number;
  readonly state: 'waiting' | 'training' | 'settled';
}

export interface JobProgress {
  /** In the order of the text. */
  readonly segments: readonly SegmentProgress[];
  readonly tokens: number;
  readonly correct: number;
  /** Mean objective of what is in training, in nats; undefined when nothing is. */
  readonly objective: number | undefined;
  /** Evaluations of all segments together, over the whole job. */
  readonly evaluations: number;
}

/** Several segments in one problem: one segment, or all that share an `m` which is still to be found. */
interface Task {
  readonly segments: readonly Segment[];
  /** How often these segments were split. */
  readonly depth: number;
  /** The shared `m` once it is found; then only `e` is trained. */
  readonly frozenM: Float32Array | undefined;
  readonly attempt: Attempt;
}

interface TaskSnapshot extends Omit<Task, 'attempt'> {
  readonly attempt: AttemptState;
}

/** All of a job that cannot be derived from the text and the options. Plain data. */
export interface JobSnapshot {
  readonly settled: readonly SettledSegment[];
  readonly tasks: readonly TaskSnapshot[];
  readonly evaluations: number;
}

/** Positions in training at a time; enough to keep a processor busy, few enough that no segment waits for the others. */
const positionsAtOnce = 512;

/**
 * Finds proto-tokens for every segment of a text. Segments train side by side, each at its own pace; one that ends
 * takes the next one's turn. A segment that does not come out right within its steps is split, and its halves tried.
 * With a shared `m` all segments train as one problem first; then `m` stays, and what is still wrong is split.
 */
export class CompressionJob {
  private readonly settled: SettledSegment[] = [];
  private tasks: Task[] = [];
  private evaluations = 0;

  constructor(
    private readonly tokens: Int32Array,
    private readonly width: number,
    private readonly options: CompressionOptions,
    private readonly evaluator: Evaluator,
    restored?: JobSnapshot,
  ) {
    if (restored) {
      this.settled.push(...restored.settled);
      this.evaluations = restored.evaluations;
      this.tasks = restored.tasks.map(({ segments, depth, frozenM, attempt }) =>
        this.task(segments, depth, frozenM, attempt),
      );
    } else {
      const segments = planSegments(tokens.length, options.segmentLength);
      this.tasks = options.sharedM ? [this.task(segments, 0)] : segments.map(segment => this.task([segment], 0));
    }
  }

  /** One record after each evaluation of everything in training. Stop asking to cancel; nothing earned is lost. */
  async *run(): AsyncGenerator<JobProgress, void> {
    while (this.tasks.length) {
      const active = this.active();
      await advance(
        active.map(({ attempt }) => attempt),
        this.evaluator,
      );
      this.evaluations += active.reduce((sum, { segments }) => sum + segments.length, 0);
      const progress = this.progress(active);
      for (const task of active.filter(({ attempt }) => attempt.finished)) this.replace(task, this.settle(task, true));
      yield progress;
    }
  }

  /** Every segment as good as it has become; the ones still in training are taken at their best. */
  result(): SettledSegment[] {
    for (const task of this.tasks) this.settle(task, false);
    this.tasks = [];
    return [...this.settled].sort((a, b) => a.start - b.start);
  }

  snapshot(): JobSnapshot {
    return {
      settled: [...this.settled],
      tasks: this.tasks.map(({ attempt, ...task }) => ({ ...task, attempt: attempt.state() })),
      evaluations: this.evaluations,
    };
  }

  private active(): Task[] {
    let room = positionsAtOnce;
    const active: Task[] = [];
    for (const task of this.tasks) {
      const size = task.segments.reduce((sum, { length }) => sum + length, 0);
      if (active.length && size > room) break;
      active.push(task);
      room -= size;
    }
    return active;
  }

  private task(segments: readonly Segment[], depth: number, frozenM?: Float32Array, restored?: AttemptState): Task {
    const problem = this.problem(segments, depth, frozenM);
    const attempt = new Attempt(problem, recipeOf(this.options.recipe), stepsOf(this.options), restored);
    return { segments, depth, frozenM, attempt };
  }

  /** Vectors: one `e` for each segment, then the `m` that they have in common. */
  private problem(segments: readonly Segment[], depth: number, frozenM: Float32Array | undefined): Problem {
    const members = segments.map(({ start, length }, i) => ({
      tokens: this.tokens.slice(start, start + length),
      layout: this.layout(length),
      vectors: [i, segments.length],
    }));
    const trainable = segments.length + (frozenM ? 0 : 1);
    const seed = [this.options.seed, segments[0]?.start ?? 0, depth];
    return { members, trainable, frozen: frozenM ? [frozenM] : [], width: this.width, seed };
  }

  private layout(length: number): Layout {
    return layoutOf(this.options.arrangement, length);
  }

  private replace(task: Task, successors: readonly Task[]): void {
    // Halves go first: the text becomes whole from the front, and the last task does not begin when all else is done.
    this.tasks = this.tasks.flatMap(other => (other === task ? successors : [other]));
  }

  /** Takes over what a task has found; returns the tasks for what should be tried again in halves. */
  private settle({ segments, depth, attempt }: Task, maySplit: boolean): Task[] {
    const { problem, kept, steps } = attempt;
    const point = kept?.point ?? startOf(problem);
    const m = Float32Array.from(vectorAt(problem, point, segments.length));
    const again: Task[] = [];
    for (const [i, segment] of segments.entries()) {
      const correct = kept?.correctOfMember[i] ?? 0;
      const parts = maySplit && correct < segment.length ? halves(segment) : [];
      for (const part of parts) again.push(this.task([part], depth + 1, this.options.sharedM ? m : undefined));
      if (!parts.length)
        this.settled.push({ ...segment, e: Float32Array.from(vectorAt(problem, point, i)), m, correct, steps });
    }
    return again;
  }

  private progress(active: readonly Task[]): JobProgress {
    const segments: SegmentProgress[] = this.settled.map(({ start, length, correct, steps }) => ({
      start,
      length,
      correct,
      steps,
      state: 'settled',
    }));
    for (const task of this.tasks)
      for (const [i, { start, length }] of task.segments.entries())
        segments.push({
          start,
          length,
          correct: task.attempt.kept?.correctOfMember[i] ?? 0,
          steps: task.attempt.steps,
          state: active.includes(task) ? 'training' : 'waiting',
        });
    segments.sort((a, b) => a.start - b.start);
    const objectives = active.flatMap(({ attempt }) => attempt.latest.map(({ objective }) => objective));
    return {
      segments,
      tokens: this.tokens.length,
      correct: segments.reduce((sum, { correct }) => sum + correct, 0),
      objective: objectives.length
        ? objectives.reduce((sum, objective) => sum + objective, 0) / objectives.length
        : undefined,
      evaluations: this.evaluations,
    };
  }
}

import type { JobProgress } from '../results/compression.ts';
import type { Candidate } from '../training/evaluator.ts';
import type { Oracle } from '../work/item.ts';
import { type Keeping, Work } from '../work/work.ts';
import { progressOf, type StandingSegment } from './progress.ts';
import { planSegments, type Segment } from './segments.ts';
import {
  atStart,
  candidateOf,
  type SettledSegment,
  type StartingSegment,
  startFrom,
  type Task,
  type TaskContext,
  type TaskData,
  type TaskState,
  trainingOfSegments,
} from './task.ts';

export type { SettledSegment } from './task.ts';

/** What a job is about. */
export interface JobRequest extends TaskContext {
  readonly oracle: Oracle;
  /** The segments to begin with; the text is cut anew when left out. */
  readonly segments?: readonly StartingSegment[] | undefined;
}

/**
 * Finds proto-tokens for every segment of a text. Segments train side by side, each at its own pace; one that ends
 * takes the next one's turn. A segment that does not come out right within its steps, or shows early that it would not,
 * is split, and its halves tried. With a shared `m` all segments train as one problem first; then `m` stays, and what is
 * still wrong is split.
 */
export class CompressionJob {
  private training: ReadonlySet<Task> = new Set();

  private constructor(
    private readonly context: TaskContext,
    private readonly work: Work<TaskData, TaskState, Task, readonly SettledSegment[]>,
  ) {}

  /** A job at its beginning, or where its checkpoint says. */
  static async open({ oracle, segments, ...context }: JobRequest, keeping?: Keeping): Promise<CompressionJob> {
    const { tokens, width, options } = context;
    const planned = segments ?? planSegments(tokens.length, options.segmentLength);
    const groups = options.sharedM ? [planned] : planned.map(segment => [segment]);
    const items = groups.map(group => ({
      segments: group.map(({ start, length }) => ({ start, length })),
      depth: 0,
      from: startFrom(group, width),
    }));
    return new CompressionJob(context, await Work.open({ kind: trainingOfSegments(context), items }, oracle, keeping));
  }

  /** Gradient evaluations of all segments together, over the whole job. */
  get evaluations(): number {
    return this.work.evaluations;
  }

  /** Since the job began, earlier runs that it goes on from included. */
  get seconds(): number {
    return this.work.seconds;
  }

  /** Seconds of an earlier, interrupted run that this one went on from. */
  get earlierSeconds(): number {
    return this.work.earlierSeconds;
  }

  /**
   * Trains until all is over or it is cancelled; no progress is lost then. One record after each evaluation of everything
   * in training.
   *
   * @returns whether something was left to train
   */
  run(cancelled: () => boolean, onProgress: (progress: JobProgress) => void): Promise<boolean> {
    return this.work.run(cancelled, ({ active }) => {
      this.training = new Set(active.map(({ running }) => running));
      onProgress(this.progress());
    });
  }

  /** Every segment as good as it has become; the ones still in training are taken at their best. In their order. */
  result(): SettledSegment[] {
    return this.work.entries.flatMap(entry => this.segmentsOf(entry)).sort((a, b) => a.start - b.start);
  }

  /** The segment that holds a token of the text, and its best vectors so far. */
  candidateAt(position: number): { readonly segment: Segment; readonly candidate: Candidate } {
    const holds = ({ start, length }: Segment): boolean => position >= start && position < start + length;
    for (const entry of this.work.entries) {
      if (!(entry.state === 'over' ? entry.outcome : entry.data.segments).some(holds)) continue;
      const segment = this.segmentsOf(entry).find(holds);
      if (segment) return { segment, candidate: candidateOf(this.context, segment) };
    }
    throw new Error(`the text has no token ${position}`);
  }

  private segmentsOf(entry: CompressionJob['work']['entries'][number]): readonly SettledSegment[] {
    if (entry.state === 'over') return entry.outcome;
    return entry.state === 'running' ? entry.running.settled() : atStart(this.context, entry.data);
  }

  /** How it stands. */
  progress(): JobProgress {
    const standing = this.work.entries.flatMap((entry): StandingSegment[] => {
      if (entry.state === 'over') return entry.outcome.map(segment => ({ ...segment, state: 'settled' }));
      if (entry.state === 'waiting')
        return entry.data.segments.map(segment => ({ ...segment, outcome: undefined, steps: 0, state: 'waiting' }));
      const { attempt } = entry.running;
      return entry.data.segments.map((segment, i) => ({
        ...segment,
        outcome: attempt.kept?.outcomes[i],
        steps: attempt.steps,
        state: this.training.has(entry.running) ? 'training' : 'waiting',
      }));
    });
    return progressOf(this.context.tokens.length, this.evaluations, standing);
  }
}

import { layoutOf } from '../training/arrangement.ts';
import { Attempt, type AttemptState, type Outcome } from '../training/attempt.ts';
import type { Candidate } from '../training/evaluator.ts';
import { type Problem, startOf, vectorAt } from '../training/problem.ts';
import { recipeOf } from '../training/recipe.ts';
import type { StartSpreads } from '../training/start.ts';
import { type CompressionOptions, stepsOf } from './options.ts';
import { Prospect, type ProspectState } from './prospect.ts';
import { halves, type Segment } from './segments.ts';

/** A segment, and vectors to begin from if there are any. */
export interface StartingSegment extends Segment {
  readonly e?: Float32Array;
  readonly m?: Float32Array;
}

/** A segment and the vectors that are known for it. */
export interface SolvedSegment extends Segment {
  readonly e: Float32Array;
  readonly m: Float32Array;
}

/** Where the search for a task's vectors begins. */
export interface TaskStart {
  /** How often these segments were split. */
  readonly depth: number;
  /** The shared `m` once it is found; then only `e` is trained. */
  readonly frozenM?: Float32Array | undefined;
  /** Vectors of an earlier job to begin from, one `e` for each segment and then `m`. */
  readonly from?: Float32Array | undefined;
}

/** What a task is part of. */
export interface TaskContext {
  readonly tokens: Int32Array;
  readonly width: number;
  readonly spreads: StartSpreads;
  readonly options: CompressionOptions;
}

export interface TaskSnapshot extends TaskStart {
  readonly segments: readonly Segment[];
  readonly attempt: AttemptState;
  readonly prospect: ProspectState;
}

/** Several segments in one problem: one segment, or all that share an `m` which is still to be found. */
export class Task {
  readonly attempt: Attempt;
  private readonly prospect: Prospect;

  constructor(
    private readonly context: TaskContext,
    readonly segments: readonly Segment[],
    readonly start: TaskStart,
    restored?: Pick<TaskSnapshot, 'attempt' | 'prospect'>,
  ) {
    const { options } = context;
    const budget = stepsOf(options);
    this.attempt = new Attempt(this.problem(), recipeOf(options.recipe), budget, restored?.attempt);
    this.prospect = new Prospect(this.size, budget, restored?.prospect);
  }

  /** Input tokens of all segments. */
  get size(): number {
    return this.segments.reduce((sum, { length }) => sum + length, 0);
  }

  /** Takes note of an evaluation of the attempt. */
  note(): void {
    this.prospect.note(this.attempt.steps, this.attempt.kept?.correct ?? 0);
  }

  /** Whether training is over: all is right, the evaluations are spent, or halves would make more of them. */
  get finished(): boolean {
    return this.attempt.finished || (this.canSplit && this.prospect.hopelessAt(this.attempt.steps));
  }

  /** Segments that share an `m` which is still to be found are not split: that would be the end of the sharing. */
  private get canSplit(): boolean {
    const [only, ...others] = this.segments;
    return only !== undefined && !others.length && halves(only).length > 0;
  }

  /** How a segment comes out with the best vectors so far; undefined before the first evaluation. */
  outcome(index: number): Outcome | undefined {
    return this.attempt.kept?.outcomes[index];
  }

  /** The best vectors so far of a segment. */
  solved(index: number): SolvedSegment {
    const { problem, kept } = this.attempt;
    const segment = this.segments[index];
    if (!segment) throw new Error(`a task has no segment ${index}`);
    const point = kept?.point ?? startOf(problem);
    const vector = (which: number): Float32Array => Float32Array.from(vectorAt(problem, point, which));
    return { ...segment, e: vector(index), m: vector(this.segments.length) };
  }

  snapshot(): TaskSnapshot {
    const [attempt, prospect] = [this.attempt.state(), this.prospect.state()];
    return { ...this.start, segments: this.segments, attempt, prospect };
  }

  /** Vectors: one `e` for each segment, then the `m` that they have in common. */
  private problem(): Problem {
    const { tokens, width, options, spreads: byKind } = this.context;
    const { depth, frozenM, from } = this.start;
    const members = this.segments.map(({ start, length }, i) => ({
      tokens: tokens.slice(start, start + length),
      layout: layoutOf(options.arrangement, length),
      vectors: [i, this.segments.length],
    }));
    const trainable = this.segments.length + (frozenM ? 0 : 1);
    const seed = [options.seed, this.segments[0]?.start ?? 0, depth];
    const [ofE = 1, ofM = 1] = byKind;
    const spreads = [...this.segments.map(() => ofE), ofM];
    return { members, trainable, frozen: frozenM ? [frozenM] : [], width, seed, start: from, spreads };
  }
}

/** A segment with its vectors and what they should emit. */
export function candidateOf({ tokens, options }: TaskContext, { start, length, e, m }: SolvedSegment): Candidate {
  return {
    protoTokens: [e, m],
    layout: layoutOf(options.arrangement, length),
    tokens: tokens.slice(start, start + length),
  };
}

/**
 * The vectors of segments in a row, as a task that holds them all wants them: every `e`, then their common `m`. Undefined
 * when there are none of some.
 */
export function startFrom(segments: readonly StartingSegment[], width: number): Float32Array | undefined {
  const point = new Float32Array((segments.length + 1) * width);
  for (const [i, { e, m }] of segments.entries()) {
    if (!e || !m) return undefined;
    point.set(e, i * width);
    point.set(m, segments.length * width);
  }
  return point;
}

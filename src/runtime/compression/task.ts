import { z } from 'zod';
import { layoutOf, positionsOf } from '../training/arrangement.ts';
import { Attempt, attemptStateSchema, type Outcome, outcomeSchema } from '../training/attempt.ts';
import type { Candidate } from '../training/evaluator.ts';
import { type Problem, startOf, vectorAt } from '../training/problem.ts';
import { recipeOf } from '../training/recipe.ts';
import type { StartSpreads } from '../training/start.ts';
import { float32s } from '../training/state.ts';
import { contentKey } from '../work/content-key.ts';
import type { Kind, Running, Wish } from '../work/item.ts';
import type { CompressionOptions } from './options.ts';
import { Prospect, prospectSchema } from './prospect.ts';
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

const count = z.number().int().min(0);
const segmentSchema = z.object({ start: count, length: count });

/** Several segments in one problem: one segment, or all that share an `m` which is still to be found. */
const taskSchema = z.object({
  segments: z.array(segmentSchema).readonly(),
  /** How often these segments were split. */
  depth: count,
  /** The shared `m` once it is found; then only `e` is trained. */
  frozenM: float32s.optional(),
  /** Vectors of an earlier job to begin from, one `e` for each segment and then `m`. */
  from: float32s.optional(),
});
export type TaskData = Readonly<z.output<typeof taskSchema>>;

const taskStateSchema = z.object({ attempt: attemptStateSchema, prospect: prospectSchema });
export type TaskState = z.output<typeof taskStateSchema>;

const settledSchema = segmentSchema.extend({
  e: float32s,
  m: float32s,
  outcome: outcomeSchema.optional(),
  steps: count,
});

/** A segment for which training is over. */
export interface SettledSegment extends SolvedSegment {
  /** Undefined when it was never evaluated. */
  readonly outcome?: Outcome | undefined;
  /** Gradient evaluations spent on it, those of the segments that it was split from not counted. */
  readonly steps: number;
}

/** What a task is part of. */
export interface TaskContext {
  /** Of the model. */
  readonly fingerprint: string;
  readonly tokens: Int32Array;
  readonly width: number;
  readonly spreads: StartSpreads;
  readonly options: CompressionOptions;
}

/** The segments of a task on their way. */
export class Task implements Running<TaskState> {
  readonly attempt: Attempt;
  private readonly prospect: Prospect;

  constructor(
    context: TaskContext,
    private readonly data: TaskData,
    restored?: TaskState,
  ) {
    const { options } = context;
    const budget = budgetOf(options);
    const tokens = data.segments.reduce((sum, { length }) => sum + length, 0);
    this.attempt = new Attempt(problemOf(context, data), recipeOf(options.recipe), budget, restored?.attempt);
    this.prospect = new Prospect(tokens, budget, restored?.prospect);
  }

  /** Whether training is over: all is right, the evaluations are spent, or halves would make more of them. */
  get finished(): boolean {
    return this.attempt.finished || (canSplit(this.data) && this.prospect.hopelessAt(this.attempt.steps));
  }

  next(): Wish {
    return {
      kind: 'gradient',
      candidates: this.attempt.candidates(),
      tell: evaluations => {
        this.attempt.tell(evaluations);
        this.prospect.note(this.attempt.steps, this.attempt.kept?.correct ?? 0);
      },
    };
  }

  state(): TaskState {
    return { attempt: this.attempt.state(), prospect: this.prospect.state() };
  }

  /** The segments with their best vectors so far. */
  settled(): SettledSegment[] {
    const { problem, kept, steps } = this.attempt;
    return atPoint(this.data, problem, kept?.point ?? startOf(problem)).map((segment, i) => ({
      ...segment,
      outcome: kept?.outcomes[i],
      steps,
    }));
  }
}

/** Training of segments: what does not come out right is split, and its halves are tried. */
export function trainingOfSegments(context: TaskContext): Kind<TaskData, TaskState, Task, readonly SettledSegment[]> {
  const { fingerprint, tokens, width, spreads, options } = context;
  const { arrangement, recipe, seed } = options;
  const common = ['segments', fingerprint, width, arrangement, recipeOf(recipe), budgetOf(options), seed, spreads];
  return {
    schemas: { data: taskSchema, state: taskStateSchema, outcome: z.array(settledSchema).readonly() },
    key: ({ segments, ...start }) =>
      contentKey(
        ...common,
        segments.map(segment => [segment.start, tokensOf(tokens, segment)]),
        { ...start, sharedM: options.sharedM },
      ),
    size: ({ segments }) => segments.reduce((sum, { length }) => sum + positionsOf(arrangement, length), 0),
    begin: (data, state) => new Task(context, data, state),
    end: ({ depth }, task) => {
      const kept: SettledSegment[] = [];
      const again: TaskData[] = [];
      for (const settled of task.settled()) {
        const { length, outcome, m } = settled;
        const parts = (outcome?.correct ?? 0) < length ? halves(settled) : [];
        if (!parts.length) kept.push(settled);
        for (const part of parts)
          again.push({ segments: [part], depth: depth + 1, ...(options.sharedM && { frozenM: m }) });
      }
      return { outcome: kept.length ? kept : undefined, successors: again };
    },
  };
}

/** The segments of a task that has not begun, where they would begin. */
export function atStart(context: TaskContext, data: TaskData): SettledSegment[] {
  const problem = problemOf(context, data);
  return atPoint(data, problem, startOf(problem)).map(segment => ({ ...segment, steps: 0 }));
}

/** A segment with its vectors and what they should emit. */
export function candidateOf({ tokens, options }: TaskContext, { e, m, ...segment }: SolvedSegment): Candidate {
  return {
    protoTokens: [e, m],
    layout: layoutOf(options.arrangement, segment.length),
    tokens: tokensOf(tokens, segment),
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

const tokensOf = (tokens: Int32Array, { start, length }: Segment): Int32Array => tokens.slice(start, start + length);

/** Segments that share an `m` which is still to be found are not split: that would be the end of the sharing. */
function canSplit({ segments }: TaskData): boolean {
  const [only, ...others] = segments;
  return only !== undefined && !others.length && halves(only).length > 0;
}

function atPoint({ segments }: TaskData, problem: Problem, point: Float32Array): SolvedSegment[] {
  const copy = (which: number): Float32Array => Float32Array.from(vectorAt(problem, point, which));
  return segments.map(({ start, length }, i) => ({ start, length, e: copy(i), m: copy(segments.length) }));
}

/** Vectors: one `e` for each segment, then the `m` that they have in common. */
function problemOf({ tokens, width, options, spreads: byKind }: TaskContext, data: TaskData): Problem {
  const { segments, depth, frozenM, from } = data;
  const members = segments.map((segment, i) => ({
    tokens: tokensOf(tokens, segment),
    layout: layoutOf(options.arrangement, segment.length),
    vectors: [i, segments.length],
  }));
  const trainable = segments.length + (frozenM ? 0 : 1);
  const seed = [options.seed, segments[0]?.start ?? 0, depth];
  const [ofE = 1, ofM = 1] = byKind;
  const spreads = [...segments.map(() => ofE), ofM];
  return { members, trainable, frozen: frozenM ? [frozenM] : [], width, seed, start: from, spreads };
}

function budgetOf({ recipe, budget }: CompressionOptions): number {
  return budget ?? recipeOf(recipe).evaluations;
}

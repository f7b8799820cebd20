import { z } from 'zod';
import type { SearchProgress, Solution, SolutionProgress } from '../../results/solutions.ts';
import { layoutOf, positionsOf } from '../../training/arrangement.ts';
import { Attempt, type AttemptState, attemptStateSchema } from '../../training/attempt.ts';
import { vectorAt } from '../../training/problem.ts';
import { recipeOf } from '../../training/recipe.ts';
import { float32s } from '../../training/state.ts';
import { contentKey } from '../../work/content-key.ts';
import type { Kind, Oracle, Running, Wish } from '../../work/item.ts';
import { type Keeping, Work } from '../../work/work.ts';
import type { SolutionOptions } from './options.ts';

const count = z.number().int().min(0);

/** Solutions that are one problem: one alone, or all those of a text that share an `m`. */
const groupSchema = z.object({
  /** Index of the text. */
  text: count,
  seeds: z.array(count).readonly(),
});
type Group = Readonly<z.output<typeof groupSchema>>;

/** What has become of a group. */
const foundSchema = z.object({
  steps: count,
  /** In the order of the seeds; none when no evaluation was finite. */
  solutions: z.array(z.object({ correct: count, loss: z.number(), e: float32s, m: float32s })).readonly(),
});
type Found = Readonly<z.output<typeof foundSchema>>;

/** A group whose turn has come. */
class Task implements Running<AttemptState> {
  constructor(
    readonly group: Group,
    readonly attempt: Attempt,
  ) {}

  get finished(): boolean {
    return this.attempt.finished;
  }

  next(): Wish {
    return {
      kind: 'gradient',
      candidates: this.attempt.candidates(),
      tell: evaluations => this.attempt.tell(evaluations),
    };
  }

  state(): AttemptState {
    return this.attempt.state();
  }

  /** As good as it has become. */
  found(): Found {
    const { problem, kept, steps } = this.attempt;
    if (!kept) return { steps, solutions: [] };
    const copy = (which: number): Float32Array => Float32Array.from(vectorAt(problem, kept.point, which));
    const { length } = this.group.seeds;
    const solutions = kept.outcomes.map(({ correct, loss }, i) => ({ correct, loss, e: copy(i), m: copy(length) }));
    return { steps, solutions };
  }
}

/** What solutions are searched for. */
export interface SearchRequest {
  /** Of the model. */
  readonly fingerprint: string;
  readonly width: number;
  /** The tokens of each text; a start depends on the seed and these, not on the order of the texts. */
  readonly texts: readonly Int32Array[];
  readonly options: SolutionOptions;
}

/**
 * Finds several solutions of each of several texts, from a start of its own for each. They train side by side in one
 * graph, each at its own pace; one that ends makes room for the next.
 */
export class SolutionSearch {
  private training: ReadonlySet<Task> = new Set();

  private constructor(
    private readonly texts: readonly Int32Array[],
    private readonly work: Work<Group, AttemptState, Task, Found>,
  ) {}

  /** A search at its beginning, or where its checkpoint says. */
  static async open(request: SearchRequest, oracle: Oracle, keeping?: Keeping): Promise<SolutionSearch> {
    const { texts, options } = request;
    const seeds = Array.from({ length: options.seeds }, (_, i) => options.seed + i);
    const groups = options.sharedM ? [seeds] : seeds.map(seed => [seed]);
    const items = texts.flatMap((_, text) => groups.map(group => ({ text, seeds: group })));
    return new SolutionSearch(texts, await Work.open({ kind: searchOf(request), items }, oracle, keeping));
  }

  /** Gradient evaluations of all solutions together. */
  get evaluations(): number {
    return this.work.evaluations;
  }

  /** Since the search began, earlier runs that it goes on from included. */
  get seconds(): number {
    return this.work.seconds;
  }

  /**
   * Trains until all is over or it is cancelled; no progress is lost then. One record after each evaluation of everything
   * in training.
   *
   * @returns whether something was left to train
   */
  run(cancelled: () => boolean, onProgress: (progress: SearchProgress) => void): Promise<boolean> {
    return this.work.run(cancelled, ({ active }) => {
      this.training = new Set(active.map(({ running }) => running));
      onProgress(this.progress());
    });
  }

  /** Every solution that has been evaluated, as good as it has become; by text, then by seed. */
  result(): Solution[] {
    return this.work.entries.flatMap(entry => {
      if (entry.state === 'waiting') return [];
      const { text, seeds } = entry.data;
      const { steps, solutions } = entry.state === 'over' ? entry.outcome : entry.running.found();
      const tokens = this.tokensOf(text);
      return solutions.map(({ correct, e, m }, i) => ({ text, seed: seeds[i] ?? 0, steps, correct, tokens, e, m }));
    });
  }

  private tokensOf(text: number): number {
    return this.texts[text]?.length ?? 0;
  }

  private progress(): SearchProgress {
    const solutions = this.work.entries.flatMap(entry => {
      const { text, seeds } = entry.data;
      const { steps, outcomes, state } = this.standing(entry);
      return seeds.map((seed, i): SolutionProgress => {
        const { correct = 0, loss } = outcomes[i] ?? {};
        return { text, seed, tokens: this.tokensOf(text), correct, loss, steps, state };
      });
    });
    return {
      solutions,
      settled: solutions.filter(({ state }) => state === 'settled').length,
      perfect: solutions.filter(({ correct, tokens }) => correct === tokens).length,
      evaluations: this.evaluations,
    };
  }

  private standing(entry: SolutionSearch['work']['entries'][number]): {
    readonly steps: number;
    /** In the order of the seeds. */
    readonly outcomes: readonly { readonly correct: number; readonly loss: number }[];
    readonly state: SolutionProgress['state'];
  } {
    if (entry.state === 'waiting') return { steps: 0, outcomes: [], state: 'waiting' };
    if (entry.state === 'over')
      return { steps: entry.outcome.steps, outcomes: entry.outcome.solutions, state: 'settled' };
    const { kept, steps } = entry.running.attempt;
    return {
      steps,
      outcomes: kept?.outcomes ?? [],
      state: this.training.has(entry.running) ? 'training' : 'waiting',
    };
  }
}

function searchOf({ fingerprint, width, texts, options }: SearchRequest): Kind<Group, AttemptState, Task, Found> {
  const { arrangement, recipe: name } = options;
  const recipe = recipeOf(name);
  const budget = options.budget ?? recipe.evaluations;
  const tokensOf = ({ text }: Group): Int32Array => {
    const tokens = texts[text];
    if (!tokens) throw new Error(`there is no text ${text}`);
    return tokens;
  };
  return {
    schemas: { data: groupSchema, state: attemptStateSchema, outcome: foundSchema },
    key: group =>
      contentKey('solutions', fingerprint, width, arrangement, recipe, budget, tokensOf(group), group.seeds),
    size: group => group.seeds.length * positionsOf(arrangement, tokensOf(group).length),
    begin: (group, state) => {
      const { seeds } = group;
      const tokens = tokensOf(group);
      const layout = layoutOf(arrangement, tokens.length);
      // An `e` for each seed, then the `m` that they have in common.
      const problem = {
        members: seeds.map((_, i) => ({ tokens, layout, vectors: [i, seeds.length] })),
        trainable: seeds.length + 1,
        frozen: [],
        width,
        // Two texts must not begin at the same point: their solutions would lie close for that alone.
        seed: [...seeds, ...tokens],
      };
      return new Task(group, new Attempt(problem, recipe, budget, state));
    },
    end: (_, task) => ({ outcome: task.found(), successors: [] }),
  };
}

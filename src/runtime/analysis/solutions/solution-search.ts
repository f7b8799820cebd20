import type { SearchProgress, Solution, SolutionProgress } from '../../results/solutions.ts';
import { layoutOf } from '../../training/arrangement.ts';
import { Attempt, advance } from '../../training/attempt.ts';
import type { Evaluator } from '../../training/evaluator.ts';
import { vectorAt } from '../../training/problem.ts';
import { recipeOf } from '../../training/recipe.ts';
import type { SolutionOptions } from './options.ts';

/** Solutions that are one problem: one alone, or all those of a text that share an `m`. */
interface Task {
  readonly text: number;
  readonly seeds: readonly number[];
  readonly tokens: number;
  readonly attempt: Attempt;
}

/**
 * Finds several solutions of each of several texts, from a start of its own for each. They train side by side in one
 * graph, each at its own pace; one that ends makes room for the next.
 */
export class SolutionSearch {
  private readonly tasks: readonly Task[];
  private evaluations = 0;

  /** @param texts the tokens of each; a start depends on the seed and these, not on the order of the texts */
  constructor(
    texts: readonly Int32Array[],
    private readonly width: number,
    private readonly options: SolutionOptions,
    private readonly evaluator: Evaluator,
  ) {
    const seeds = Array.from({ length: options.seeds }, (_, i) => options.seed + i);
    const groups = options.sharedM ? [seeds] : seeds.map(seed => [seed]);
    this.tasks = texts.flatMap((tokens, text) => groups.map(group => this.taskOf(tokens, text, group)));
  }

  /** One record after each evaluation of everything in training. Stop asking to cancel; nothing earned is lost. */
  async *run(): AsyncGenerator<SearchProgress, void> {
    for (let active = this.active(); active.length; active = this.active()) {
      await advance(
        active.map(({ attempt }) => attempt),
        this.evaluator,
      );
      this.evaluations += active.reduce((sum, { seeds }) => sum + seeds.length, 0);
      yield this.progress(active);
    }
  }

  /** Every solution that has been evaluated, as good as it has become; by text, then by seed. */
  result(): Solution[] {
    return this.tasks.flatMap(({ text, seeds, tokens, attempt: { problem, kept, steps } }) =>
      kept
        ? seeds.map((seed, i) => ({
            text,
            seed,
            steps,
            correct: kept.outcomes[i]?.correct ?? 0,
            tokens,
            e: Float32Array.from(vectorAt(problem, kept.point, i)),
            m: Float32Array.from(vectorAt(problem, kept.point, seeds.length)),
          }))
        : [],
    );
  }

  /** Vectors of the problem: an `e` for each seed, then the `m` that they have in common. */
  private taskOf(tokens: Int32Array, text: number, seeds: readonly number[]): Task {
    const { arrangement, recipe: name, steps } = this.options;
    const recipe = recipeOf(name);
    const problem = {
      members: seeds.map((_, i) => ({
        tokens,
        layout: layoutOf(arrangement, tokens.length),
        vectors: [i, seeds.length],
      })),
      trainable: seeds.length + 1,
      frozen: [],
      width: this.width,
      // Two texts must not begin at the same point: their solutions would lie close for that alone.
      seed: [...seeds, ...tokens],
    };
    return { text, seeds, tokens: tokens.length, attempt: new Attempt(problem, recipe, steps ?? recipe.steps) };
  }

  private active(): Task[] {
    let room = this.evaluator.positionsAtOnce;
    const active: Task[] = [];
    for (const task of this.tasks.filter(({ attempt }) => !attempt.finished)) {
      const size = task.tokens * task.seeds.length;
      if (active.length && size > room) break;
      active.push(task);
      room -= size;
    }
    return active;
  }

  private progress(active: readonly Task[]): SearchProgress {
    const solutions = this.tasks.flatMap(task => {
      const { attempt, text, tokens } = task;
      const training = active.includes(task) ? 'training' : 'waiting';
      return task.seeds.map((seed, i): SolutionProgress => {
        const outcome = attempt.kept?.outcomes[i];
        return {
          text,
          seed,
          tokens,
          correct: outcome?.correct ?? 0,
          loss: outcome?.loss,
          steps: attempt.steps,
          state: attempt.finished ? 'settled' : training,
        };
      });
    });
    return {
      solutions,
      settled: solutions.filter(({ state }) => state === 'settled').length,
      perfect: solutions.filter(({ correct, tokens }) => correct === tokens).length,
      evaluations: this.evaluations,
    };
  }
}

import type { NarrowFormat } from '../graph/narrow-products.ts';
import { AdamW, type AdamWConstants } from './adamw.ts';
import { Lbfgs, type LbfgsConstants } from './lbfgs.ts';
import { normalNumbers, type Seed } from './random.ts';
import type { RecipeName } from './recipe-names.ts';
import type { Solver, SolverState } from './solver.ts';

/** Pairs that model the curvature: `first` up to the step `growsAfter`, then one more with every step, at most `most`. */
interface Memory {
  readonly first: number;
  readonly growsAfter: number;
  readonly most: number;
}

/** How long a training is drafted. */
interface DraftLength {
  /** It ends when such a share of the tokens comes out right, */
  readonly share: number;
  /** or when so many evaluations in a row have brought no further token. */
  readonly patience: number;
}

/** The beginning of a training, at low precision where the device has one: the nearer to float32, the longer. */
type Draft = Readonly<Record<NarrowFormat, DraftLength>>;

type SolverRecipe =
  | ({ readonly name: 'lbfgs'; readonly memory: Memory } & Omit<LbfgsConstants, 'pairs'>)
  | ({ readonly name: 'adamw' } & AdamWConstants);

/** A solver, its constants, its start and its objective. Numbers and names alone: it can stand in a key or a record. */
export interface Recipe {
  readonly solver: SolverRecipe;
  /**
   * The objective is the mean cross-entropy of the logits times the sharpness; 1 is the plain nll. Each value counts from
   * the evaluation of a solution that is named with it.
   */
  readonly sharpness: readonly (readonly [from: number, sharpness: number])[];
  /** Normal numbers of spread 1, or, in a compression, of a spread that suits the model (start.ts). */
  readonly start: 'normal' | 'measured';
  /** Gradient evaluations before a solution counts as not found. */
  readonly evaluations: number;
  readonly draft?: Draft;
}

/** L-BFGS with a Wolfe line search on cross-entropy that is sharpened more and more. */
const lbfgs = {
  // A short memory while the point moves far with every step; near the limit a long one, that grows step by step.
  solver: {
    name: 'lbfgs',
    memory: { first: 20, growsAfter: 150, most: 200 },
    decrease: 1e-4,
    curvature: 0.9,
    trials: 20,
  },
  sharpness: [
    [0, 2],
    [100, 4],
    [300, 8],
  ],
  start: 'measured',
  evaluations: 1500,
} as const satisfies Recipe;

export const recipes = {
  lbfgs,
  /** The same, drafted at low precision. */
  'lbfgs-draft': { ...lbfgs, draft: { int8: { share: 0.9, patience: 12 }, float16: { share: 1, patience: 100 } } },
  /** AdamW as in the paper, on plain cross-entropy. */
  paper: {
    solver: { name: 'adamw', learningRate: 0.01, beta1: 0.9, beta2: 0.9, weightDecay: 0.01, epsilon: 1e-8 },
    sharpness: [[0, 1]],
    start: 'normal',
    evaluations: 5000,
  },
} as const satisfies Record<RecipeName, Recipe>;

export function recipeOf(name: RecipeName): Recipe {
  return recipes[name];
}

/** What the logits are multiplied by in the n-th evaluation of a solution, counted from 0. */
export function sharpnessAt({ sharpness }: Pick<Recipe, 'sharpness'>, evaluation: number): number {
  return sharpness.findLast(([from]) => evaluation >= from)?.[1] ?? 1;
}

/** The solver of a recipe, at its start or in the state in which it was left. What is random of it comes from the seed. */
export function solverOf({ solver }: Recipe, start: Float32Array, seed: Seed, restored?: SolverState): Solver {
  if (solver.name === 'adamw') return new AdamW(start, solver, restored);
  const { first, growsAfter, most } = solver.memory;
  const pairs = (steps: number): number => Math.min(most, Math.max(first, first + steps - growsAfter));
  return new Lbfgs(start, { ...solver, pairs }, kick => normalNumbers(start.length, seed, 'kick', kick), restored);
}

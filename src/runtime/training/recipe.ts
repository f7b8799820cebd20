import { AdamW } from './adamw.ts';
import { Lbfgs, type LbfgsConstants } from './lbfgs.ts';
import { normalNumbers, type Seed } from './random.ts';
import type { Solver, SolverState } from './solver.ts';

/** A solver, its constants, its start and its objective. */
export interface Recipe {
  readonly description: string;
  /**
   * The objective is the mean cross-entropy of the logits times this; 1 is the plain nll. It may change with the number
   * of evaluations that a solution has had.
   */
  readonly sharpness: (evaluation: number) => number;
  /** Normal numbers of spread 1, or, in a compression, of a spread that suits the model (start.ts). */
  readonly start: 'normal' | 'measured';
  /** Gradient evaluations before a solution counts as not found. */
  readonly steps: number;
  readonly solver: (start: Float32Array, seed: Seed, restored?: SolverState) => Solver;
}

/** The same from the first evaluation to the last. */
export const always = (sharpness: number) => () => sharpness;

/** One value after another, each from the evaluation that is named with it. */
export function growing(...steps: readonly (readonly [from: number, sharpness: number])[]) {
  return (evaluation: number): number => steps.findLast(([from]) => evaluation >= from)?.[1] ?? 1;
}

/** A short memory while the point moves far with every step; near the limit a long one, that grows step by step. */
const memory = (steps: number): number => Math.min(200, Math.max(20, steps - 130));

export const lbfgsConstants: LbfgsConstants = { pairs: memory, decrease: 1e-4, curvature: 0.9, trials: 20 };

export const recipes = {
  lbfgs: {
    description: 'L-BFGS with a Wolfe line search on cross-entropy that is sharpened more and more',
    sharpness: growing([0, 2], [100, 4], [300, 8]),
    start: 'measured',
    steps: 1500,
    solver: (start, seed, restored) =>
      new Lbfgs(start, lbfgsConstants, kick => normalNumbers(start.length, seed, 'kick', kick), restored),
  },
  paper: {
    description: 'AdamW as in the paper: rate 0.01, betas 0.9 and 0.9, decay 0.01, plain cross-entropy',
    sharpness: always(1),
    start: 'normal',
    steps: 5000,
    solver: (start, _seed, restored) =>
      new AdamW(start, { learningRate: 0.01, beta1: 0.9, beta2: 0.9, weightDecay: 0.01, epsilon: 1e-8 }, restored),
  },
} satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;
export const recipeNames = Object.keys(recipes) as RecipeName[];
export const defaultRecipe: RecipeName = 'lbfgs';

export function isRecipeName(name: string): name is RecipeName {
  return Object.hasOwn(recipes, name);
}

export function recipeOf(name: RecipeName): Recipe {
  return recipes[name];
}

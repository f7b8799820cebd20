import { z } from 'zod';
import { arrangementNames, defaultArrangement } from '../../training/arrangement.ts';
import { defaultRecipe, recipeNames } from '../../training/recipe.ts';

/** What a user may choose about a search for many solutions. */
export const solutionOptions = z.object({
  arrangement: z.enum(arrangementNames).default(defaultArrangement),
  recipe: z.enum(recipeNames).default(defaultRecipe),
  /** Gradient evaluations of a solution; undefined takes the recipe's. */
  steps: z.number().int().min(1).max(1_000_000).optional(),
  /** Of the first solution of each text; the next ones count up from it. */
  seed: z.number().int().min(0).max(2_147_483_647).default(0),
  /** Solutions of each text. */
  seeds: z.number().int().min(1).max(10_000).default(10),
  /** One `m` for all solutions of a text, in place of one for each. */
  sharedM: z.boolean().default(false),
});

export type SolutionOptions = z.output<typeof solutionOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type SolutionChoices = z.input<typeof solutionOptions>;

import * as z from 'zod/mini';
import { about, greatestSeed, whole } from '../options.ts';
import { recipeOf } from '../training/recipe.ts';
import { defaultRecipe, recipeNames } from '../training/recipe-names.ts';

/** A list of whole numbers, each once. */
export const wholes = (least: number, most: number) => z.array(whole(least, most)).check(z.minLength(1));

/** What all experiments of trainings have. */
export const trainingSettings = {
  recipe: about(z._default(z.enum(recipeNames), defaultRecipe), 'how the proto-tokens are trained'),
  budget: about(z.optional(whole(1, 1_000_000)), "evaluations per training (default: the recipe's)", 'count'),
  seed: about(z._default(whole(0, greatestSeed), 0), 'seed of the first training of each cell', 'number'),
};

/** The paper's training: AdamW, at most 5000 evaluations. */
export const paperTraining = { recipe: 'paper' } as const;

/** The lengths of prefixes that the paper tries. */
export const paperLengths = [4, 5, 8, 11, 16, 22, 32, 45, 64, 90, 128, 181, 256, 362, 512, 724, 1024, 1448];

/** Recipe and budget as a cell has them. */
export function trainingOf({ recipe, budget }: { recipe: (typeof recipeNames)[number]; budget?: number | undefined }) {
  return { recipe, budget: budget ?? recipeOf(recipe).evaluations };
}

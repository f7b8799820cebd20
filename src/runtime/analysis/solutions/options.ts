import * as z from 'zod/mini';
import { about, greatestSeed, whole } from '../../options.ts';
import { arrangementNames, defaultArrangement } from '../../training/arrangement.ts';
import { defaultRecipe, recipeNames } from '../../training/recipe-names.ts';

/** What a user may choose about a search for many solutions. */
export const solutionOptions = z.object({
  seeds: about(z._default(whole(1, 10_000), 10), 'number of solutions per text', 'count'),
  sharedM: about(z._default(z.boolean(), false), 'one m for all solutions of a text instead of one for each solution'),
  arrangement: about(
    z._default(z.enum(arrangementNames), defaultArrangement),
    'order of the proto-tokens e and m at the input',
  ),
  recipe: about(z._default(z.enum(recipeNames), defaultRecipe), 'how the proto-tokens are trained'),
  budget: about(z.optional(whole(1, 1_000_000)), "evaluations per solution (default: the recipe's)", 'count'),
  seed: about(
    z._default(whole(0, greatestSeed), 0),
    'seed of the first solution of each text; the others count up from it',
    'number',
  ),
});

export type SolutionOptions = z.output<typeof solutionOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type SolutionChoices = z.input<typeof solutionOptions>;

/** What a user may choose about texts that the model itself writes. */
export const continuationOptions = z.object({
  /** Continuations of each context. */
  count: whole(1, 10_000),
  tokens: about(z._default(whole(1, 512), 16), 'tokens per continuation', 'count'),
});

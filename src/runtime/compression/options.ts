import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { arrangementNames, defaultArrangement } from '../training/arrangement.ts';
import { defaultRecipe, recipeNames, recipeOf } from '../training/recipe.ts';

/** What a user may choose about a compression; the same for the command line, the engine and the extension. */
export const compressionOptions = z.object({
  arrangement: z.enum(arrangementNames).default(defaultArrangement),
  recipe: z.enum(recipeNames).default(defaultRecipe),
  /** Longest segment, in tokens. */
  segmentLength: z.number().int().min(1).max(4096).default(64),
  /** Gradient evaluations per segment; undefined takes the recipe's. */
  steps: z.number().int().min(1).max(1_000_000).optional(),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  /** One `m` for all segments, in place of one for each. */
  sharedM: z.boolean().default(false),
  /** Bytes per number of the stored vectors: 'auto' takes 16 bits where decoding does not suffer. */
  storage: z.enum(['auto', 'F32', 'F16']).default('auto'),
});

export type CompressionOptions = z.output<typeof compressionOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type CompressionChoices = z.input<typeof compressionOptions>;

/** Checks choices, from wherever they come. @throws UserError naming the option that is wrong. */
export function parseChoices(choices: unknown): CompressionOptions {
  return parseOptions(compressionOptions, choices);
}

export function stepsOf({ recipe, steps }: CompressionOptions): number {
  return steps ?? recipeOf(recipe).evaluations;
}

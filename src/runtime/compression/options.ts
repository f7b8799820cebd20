import * as z from 'zod/mini';
import { about, whole } from '../options.ts';
import { arrangementNames, defaultArrangement } from '../training/arrangement.ts';
import { defaultRecipe, recipeNames } from '../training/recipe-names.ts';

/** What a user may choose about a compression; the same for the command line, the engine and the extension. */
export const compressionOptions = z.object({
  arrangement: about(z._default(z.enum(arrangementNames), defaultArrangement), 'how e and m are arranged'),
  recipe: about(z._default(z.enum(recipeNames), defaultRecipe), 'how to train'),
  segmentLength: about(z._default(whole(1, 4096), 64), 'longest segment, in tokens', 'tokens'),
  steps: about(
    z.optional(whole(1, 1_000_000)),
    "gradient evaluations of a segment; the recipe's when left out",
    'count',
  ),
  seed: about(z._default(whole(0, Number.MAX_SAFE_INTEGER), 0), 'of the start', 'number'),
  sharedM: about(z._default(z.boolean(), false), 'one m for all segments instead of one for each segment'),
  storage: about(
    z._default(z.enum(['auto', 'F32', 'F16']), 'auto'),
    'numbers of the stored vectors; auto takes 16 bits where decoding does not suffer',
    'type',
  ),
});

export type CompressionOptions = z.output<typeof compressionOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type CompressionChoices = z.input<typeof compressionOptions>;

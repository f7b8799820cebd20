import * as z from 'zod/mini';
import { about, whole } from '../options.ts';
import { arrangementNames, defaultArrangement } from '../training/arrangement.ts';
import { defaultRecipe, recipeNames } from '../training/recipe-names.ts';

/** What a user may choose about a compression; the same for the command line, the engine and the extension. */
export const compressionOptions = z.object({
  arrangement: about(
    z._default(z.enum(arrangementNames), defaultArrangement),
    'order of the proto-tokens e and m at the input',
  ),
  recipe: about(z._default(z.enum(recipeNames), defaultRecipe), 'how the proto-tokens are trained'),
  segmentLength: about(z._default(whole(1, 4096), 64), 'maximum tokens per segment', 'tokens'),
  budget: about(
    z.optional(whole(1, 1_000_000)),
    "evaluations per segment before it is split (default: the recipe's)",
    'count',
  ),
  seed: about(z._default(whole(0, Number.MAX_SAFE_INTEGER), 0), 'seed of the start of the training', 'number'),
  sharedM: about(z._default(z.boolean(), false), 'one m for all segments instead of one for each segment'),
  storage: about(
    z._default(z.enum(['auto', 'F32', 'F16']), 'auto'),
    'storage type of the vectors; auto takes F16 where decoding has been checked with it',
    'type',
  ),
});

export type CompressionOptions = z.output<typeof compressionOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type CompressionChoices = z.input<typeof compressionOptions>;

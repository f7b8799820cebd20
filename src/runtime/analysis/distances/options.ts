import * as z from 'zod/mini';
import { about } from '../../options.ts';

/** What a user may choose about distances between solutions. */
export const distanceOptions = z.object({
  measure: about(z._default(z.enum(['cosine', 'euclidean']), 'cosine'), 'distance measure'),
  over: about(
    z._default(z.enum(['e', 'm', 'both']), 'both'),
    'vectors that are compared; both joins e and m into one',
    'vectors',
  ),
  order: about(
    z._default(z.enum(['file', 'text', 'clusters']), 'text'),
    'order of the solutions: as in the files, by text, or by hierarchical clustering',
  ),
  semantic: about(
    z._default(z.enum(['off', 'cached', 'fetch']), 'cached'),
    'semantic distances of the texts: off, cached (if MiniLM is in the cache), or fetch (downloads it, 90 MB)',
    'how',
  ),
  // 0.99 is the paper's bound for a solution.
  minimumAccuracy: about(
    z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.99),
    'minimum accuracy of the solutions that are compared',
    'share',
  ),
});

export type DistanceOptions = z.output<typeof distanceOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type DistanceChoices = z.input<typeof distanceOptions>;
export type SemanticChoice = DistanceOptions['semantic'];

import * as z from 'zod/mini';
import { about, greatestSeed, whole } from '../../options.ts';

const index = z.int().check(z.minimum(0));

/** What a user may choose about curves between solutions. */
export const connectOptions = z.object({
  /**
   * Which pairs of solutions, by their indices in the file: all pairs of good solutions of one text, those that the file
   * holds a curve of, or some.
   */
  pairs: about(
    z._default(z.union([z.enum(['all', 'stored']), z.array(z.tuple([index, index])).check(z.minLength(1))]), 'all'),
    'pairs of solutions: all, stored (those with a curve in the file), or two indices such as 0,1',
    'which',
  ),
  steps: about(
    z._default(whole(0, 1_000_000), 500),
    'maximum training steps per curve; it ends as soon as all tokens are right along the whole curve',
    'count',
  ),
  grid: about(
    z._default(whole(2, 1001), 21),
    'number of points at which a path is evaluated, both ends included',
    'points',
  ),
  seed: about(z._default(whole(0, greatestSeed), 0), 'seed of the points that are drawn in training', 'number'),
  retrain: about(z._default(z.boolean(), false), 'train curves again that the file has already'),
  minimumAccuracy: about(
    z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.99),
    'minimum accuracy of the solutions in "all" pairs',
    'share',
  ),
});

export type ConnectOptions = z.output<typeof connectOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type ConnectChoices = z.input<typeof connectOptions>;

/** Points on each side of the grid of a loss surface. */
export const surfacePoints = z._default(whole(2, 501), 25);

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
    'all, stored, or the indices of two solutions as 0,1',
    'which',
  ),
  steps: about(
    z._default(whole(0, 1_000_000), 500),
    'of the training of a curve, at most; it ends as soon as all tokens are right all along',
    'count',
  ),
  grid: about(z._default(whole(2, 1001), 21), 'at which a path is looked at, its ends included', 'points'),
  seed: about(z._default(whole(0, greatestSeed), 0), 'of the points in training', 'number'),
  retrain: about(z._default(z.boolean(), false), 'train again what the file holds a curve of'),
  minimumAccuracy: about(
    z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.99),
    'of the solutions in all pairs',
    'share',
  ),
});

export type ConnectOptions = z.output<typeof connectOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type ConnectChoices = z.input<typeof connectOptions>;

/** Points on each side of the grid of a loss surface. */
export const surfacePoints = z._default(whole(2, 501), 25);

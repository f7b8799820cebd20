import { z } from 'zod';

/** What a user may choose about curves between solutions. */
export const connectOptions = z.object({
  /**
   * Which pairs of solutions, by their indices in the file: all pairs of good solutions of one text, those that the file
   * holds a curve of, or some.
   */
  pairs: z
    .union([z.enum(['all', 'stored']), z.array(z.tuple([z.number().int().min(0), z.number().int().min(0)])).min(1)])
    .default('all'),
  /** Steps of a curve's training, at most; it ends as soon as all tokens are right on the whole grid. */
  steps: z.number().int().min(0).max(1_000_000).default(500),
  /** Points on each path at which it is looked at, the ends included. */
  grid: z.number().int().min(2).max(1001).default(21),
  seed: z.number().int().min(0).max(2_147_483_647).default(0),
  /** Train anew what the file holds a curve of. */
  retrain: z.boolean().default(false),
  /** Of 'all' pairs, those whose solutions get at least this share of their tokens right. */
  minimumAccuracy: z.number().min(0).max(1).default(0.99),
});

export type ConnectOptions = z.output<typeof connectOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type ConnectChoices = z.input<typeof connectOptions>;

import * as z from 'zod/mini';
import { about, greatestSeed, whole } from '../../options.ts';

/** What a user may choose about a probe. */
export const probeOptions = z.object({
  index: about(
    z._default(z.int().check(z.minimum(0)), 0),
    'index of the solution, or of the segment of a .proto file',
    'number',
  ),
  nearest: about(z._default(whole(0, 1000), 8), 'number of nearest vocabulary tokens per vector', 'count'),
  tokens: about(z._default(whole(0, 1000), 16), 'tokens per continuation', 'count'),
  samples: about(z._default(whole(0, 1000), 3), 'number of sampled continuations, next to the greedy one', 'count'),
  seed: about(z._default(whole(0, greatestSeed), 0), 'seed of the samples', 'number'),
});

export type ProbeOptions = z.output<typeof probeOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type ProbeChoices = z.input<typeof probeOptions>;

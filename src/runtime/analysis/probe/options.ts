import * as z from 'zod/mini';
import { about, greatestSeed, whole } from '../../options.ts';

/** What a user may choose about a probe. */
export const probeOptions = z.object({
  index: about(
    z._default(z.int().check(z.minimum(0)), 0),
    'of the solution, or of the segment of a .proto file',
    'number',
  ),
  nearest: about(z._default(whole(0, 1000), 8), 'vocabulary tokens near each vector', 'count'),
  tokens: about(z._default(whole(0, 1000), 16), 'length of the continuations', 'count'),
  samples: about(z._default(whole(0, 1000), 3), 'sampled continuations, beside the greedy one', 'count'),
  seed: about(z._default(whole(0, greatestSeed), 0), 'of the samples', 'number'),
});

export type ProbeOptions = z.output<typeof probeOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type ProbeChoices = z.input<typeof probeOptions>;

import { z } from 'zod';

/** What a user may choose about a probe. */
export const probeOptions = z.object({
  /** Of the solution in a NAME.solutions.json, or of the segment in a .proto file; from 0. */
  index: z.number().int().min(0).default(0),
  /** Nearest vocabulary tokens of each vector. */
  nearest: z.number().int().min(0).max(1000).default(8),
  /** Length of each continuation. */
  tokens: z.number().int().min(0).max(1000).default(16),
  /** Sampled continuations, beside the greedy one. */
  samples: z.number().int().min(0).max(1000).default(3),
  seed: z.number().int().min(0).max(2_147_483_647).default(0),
});

export type ProbeOptions = z.output<typeof probeOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type ProbeChoices = z.input<typeof probeOptions>;

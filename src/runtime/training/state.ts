import { z } from 'zod';
import type { SolverState } from './solver.ts';

/** For schemas of plain data that hold typed arrays. */
export const float32s: z.ZodType<Float32Array> = z.instanceof(Float32Array);
export const int32s: z.ZodType<Int32Array> = z.instanceof(Int32Array);

export const solverStateSchema: z.ZodType<SolverState> = z.object({
  numbers: z.record(z.string(), z.number()),
  vectors: z.record(z.string(), float32s),
});

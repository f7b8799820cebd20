import { z } from 'zod';
import { dot, float32s } from './vectors.ts';

/** Objective and gradient at a point. */
export interface Evaluation {
  readonly objective: number;
  readonly gradient: Float32Array;
}

/** All that a solver needs to go on exactly where it was. Numbers are finite: what is not is left out. */
export const solverStateSchema = z.object({
  numbers: z.record(z.string(), z.number()).readonly(),
  vectors: z.record(z.string(), float32s).readonly(),
});
export type SolverState = Readonly<z.output<typeof solverStateSchema>>;

/**
 * Minimises a function that it can only ask about one point at a time: evaluate at `point`, `tell` the result, repeat.
 * So many solvers, each with its own state and line search, advance in lockstep on one batched evaluation.
 */
export interface Solver {
  /** Where the objective is wanted next. Not to be changed by the caller. */
  readonly point: Float32Array;
  tell(evaluation: Evaluation): void;
  /** The function is another one from now on: what is known of its values holds no longer. */
  renew(): void;
  state(): SolverState;
}

export function isFiniteEvaluation({ objective, gradient }: Evaluation): boolean {
  return Number.isFinite(objective) && Number.isFinite(dot(gradient, gradient));
}

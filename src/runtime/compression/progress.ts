import type { JobProgress, SegmentProgress } from '../results/compression.ts';
import type { Outcome } from '../training/attempt.ts';
import type { Segment } from './segments.ts';

export interface StandingSegment extends Segment {
  readonly outcome: Outcome | undefined;
  readonly steps: number;
  readonly state: SegmentProgress['state'];
}

function mean(values: readonly number[]): number | undefined {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
}

/** One record of a job from where its segments stand. */
export function progressOf(tokens: number, evaluations: number, standing: readonly StandingSegment[]): JobProgress {
  const predicted = new Int32Array(tokens).fill(-1);
  const nll = new Float32Array(tokens).fill(Number.NaN);
  for (const { start, outcome } of standing) {
    predicted.set(outcome?.predicted ?? [], start);
    nll.set(outcome?.nll ?? [], start);
  }
  const segments = standing
    .map(({ start, length, outcome, steps, state }) => ({
      start,
      length,
      correct: outcome?.correct ?? 0,
      loss: outcome?.loss,
      steps,
      state,
    }))
    .sort((a, b) => a.start - b.start);
  const losses = segments.flatMap(({ state, loss }) => (state === 'training' && loss !== undefined ? [loss] : []));
  return {
    segments,
    tokens,
    correct: segments.reduce((sum, { correct }) => sum + correct, 0),
    loss: mean(losses),
    evaluations,
    predicted,
    nll,
  };
}

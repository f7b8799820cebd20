import type { TokenScore } from '../decoding/one-step.ts';
import type { JobProgress, SegmentProgress } from '../results/compression.ts';
import type { Outcome } from '../training/attempt.ts';
import type { Segment } from './segments.ts';

export interface StandingSegment extends Segment {
  readonly outcome?: Outcome | undefined;
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

/**
 * How a job stands that is over, by the vectors that are stored: narrowing them may have changed a token, and nothing trains
 * any more. The segments that were not settled wait until the job goes on.
 *
 * @param scores of the tokens; undefined where nothing was trained
 */
export function asStored(
  progress: JobProgress,
  scores: readonly (Pick<TokenScore, 'target' | 'predicted' | 'nll'> | undefined)[],
): JobProgress {
  const segments = progress.segments.map((segment): SegmentProgress => {
    const own = scores.slice(segment.start, segment.start + segment.length);
    return {
      ...segment,
      correct: own.filter(score => score && score.target === score.predicted).length,
      loss: mean(own.flatMap(score => (score ? [score.nll] : []))),
      state: segment.state === 'settled' ? 'settled' : 'waiting',
    };
  });
  return {
    ...progress,
    segments,
    correct: segments.reduce((sum, { correct }) => sum + correct, 0),
    loss: mean(segments.flatMap(({ loss }) => (loss === undefined ? [] : [loss]))),
    predicted: Int32Array.from(scores, score => score?.predicted ?? -1),
    nll: Float32Array.from(scores, score => score?.nll ?? Number.NaN),
  };
}

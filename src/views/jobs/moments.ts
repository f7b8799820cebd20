import type { CompressionProgress } from '../../runtime/results/compression.ts';
import type { Moment } from '../protocol.ts';

/** What the engine tells of a running job, as the views show it. */
export function momentOf(progress: CompressionProgress): Moment {
  const { evaluations, seconds, secondsLeft, correct, loss, segments, predicted, nll } = progress;
  return {
    evaluations,
    seconds,
    secondsLeft: secondsLeft ?? null,
    correct,
    loss: loss ?? null,
    segments: segments.map(segment => ({ ...segment, loss: segment.loss ?? null })),
    predicted,
    probability: nll.map(value => Math.exp(-value)),
  };
}

import type { CompressionProgress, CompressionSummary } from '../../runtime/results/compression.ts';
import type { EvaluatedToken } from '../../runtime/results/tokens.ts';
import type { Moment, SegmentView } from '../protocol.ts';

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

const isRight = ({ target, predicted }: EvaluatedToken): boolean => target === predicted;

/** Of what is known; null when nothing is. */
function mean(values: readonly number[]): number | null {
  const known = values.filter(Number.isFinite);
  return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}

/**
 * The moment in which a job ends: how every token stands in its file, so that whoever shows the job shows the same
 * numbers as whoever shows the file.
 *
 * @param before the latest moment of the training, which knows the segments
 */
export function lastMoment(
  evaluated: readonly EvaluatedToken[],
  { evaluations, seconds, cancelled }: CompressionSummary,
  before: Moment | undefined,
): Moment {
  const known = before?.segments.reduce((sum, { length }) => sum + length, 0) === evaluated.length;
  const whole: SegmentView = {
    start: 0,
    length: evaluated.length,
    correct: 0,
    steps: evaluations,
    loss: null,
    state: 'settled',
  };
  const segments = (known && before ? before.segments : [whole]).map((segment): SegmentView => {
    const tokens = evaluated.slice(segment.start, segment.start + segment.length);
    return {
      ...segment,
      correct: tokens.filter(isRight).length,
      loss: mean(tokens.map(({ nll }) => nll)),
      // Nothing trains any more. What a cancelled job had not settled waits until the job goes on.
      state: cancelled && segment.state !== 'settled' ? 'waiting' : 'settled',
    };
  });
  return {
    evaluations,
    seconds,
    secondsLeft: null,
    correct: evaluated.filter(isRight).length,
    loss: mean(segments.map(({ loss }) => loss ?? Number.NaN)),
    segments,
    predicted: Int32Array.from(evaluated, ({ predicted }) => predicted),
    probability: Float32Array.from(evaluated, ({ nll }) => Math.exp(-nll)),
  };
}

import type { Moment } from '../../src/views/protocol.ts';
import { niceTicks } from './colour-scale.ts';

/** Beside the plots that stand below each other: the same for all of them, so that what happened at once is in line. */
export const plotEdges = { left: 58, right: 22 } as const;

/** A stretch of the evaluations. */
export type Span = readonly [from: number, to: number];

/** Nobody needs to see less of a run than this share of it. */
const leastShare = 1 / 500;

/** All evaluations of a run. */
export const wholeSpan = (moments: readonly Moment[]): Span => [0, Math.max(1, moments.at(-1)?.evaluations ?? 1)];

/** What is shown of a run: the zoomed part, as far as the run has come. */
export function shownSpan(moments: readonly Moment[], zoom: Span | null): Span {
  const whole = wholeSpan(moments);
  return zoom && zoom[0] < whole[1] ? zoom : whole;
}

/** Puts a stretch inside of the whole; null where it is all of it. */
function within([from, to]: Span, whole: Span): Span | null {
  const length = Math.max(to - from, (whole[1] - whole[0]) * leastShare);
  if (length >= whole[1] - whole[0]) return null;
  const start = Math.max(whole[0], Math.min(from, whole[1] - length));
  return [start, start + length];
}

/** Shows more (a factor above 1) or less of the evaluations around one of them. */
export function zoomAround(span: Span, whole: Span, centre: number, factor: number): Span | null {
  const length = (span[1] - span[0]) * factor;
  const share = (centre - span[0]) / (span[1] - span[0]);
  return within([centre - share * length, centre + (1 - share) * length], whole);
}

/** The stretch between two evaluations, in whatever order; null where they lie so close that nobody can have meant it. */
export function zoomTo(span: Span, whole: Span, a: number, b: number): Span | null {
  const [from, to] = [Math.max(whole[0], Math.min(a, b)), Math.min(whole[1], Math.max(a, b))];
  return to - from < (span[1] - span[0]) / 100 ? span : within([from, to], whole);
}

/** Moves what is shown just so far that an evaluation can be seen. */
export function panTo(span: Span, whole: Span, evaluation: number): Span | null {
  const [from, to] = span;
  if (evaluation >= from && evaluation <= to) return within(span, whole);
  const shift = evaluation < from ? evaluation - from : evaluation - to;
  return within([from + shift, to + shift], whole);
}

/** Pixels that a number below an axis needs, with room beside it. */
const tickPixels = 90;

/** Round evaluations below a picture of a width. */
export const evaluationTicks = (span: Span, width: number): readonly number[] =>
  niceTicks(span, (width - plotEdges.left - plotEdges.right) / tickPixels).filter(Number.isInteger);

/** Where an evaluation is in a picture of a width, and which one is at a place. */
export const xOf = ([from, to]: Span, width: number, evaluation: number): number =>
  plotEdges.left + ((evaluation - from) / (to - from)) * (width - plotEdges.left - plotEdges.right);

export const evaluationAt = ([from, to]: Span, width: number, x: number): number =>
  from + ((x - plotEdges.left) / Math.max(1, width - plotEdges.left - plotEdges.right)) * (to - from);

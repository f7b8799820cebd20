import { planSegments, type Segment } from '../../runtime/compression/segments.ts';
import type { CompressionSummary } from '../../runtime/results/compression.ts';
import type { Choices } from '../protocol.ts';

/** What it cost that segments did not come out right within their budget. */
export interface Splitting {
  /** Segments that the text was cut into at first. */
  readonly planned: number;
  /** Of these, how many were split. */
  readonly split: number;
  /** Segments that there are in their place, split or not. */
  readonly segments: number;
  /** Vectors that the file holds for it, and their bytes. */
  readonly moreVectors: number;
  readonly moreBytes: number;
}

/**
 * Compares the segments of a result with those that its text was cut into at first.
 *
 * @param segments of the result, without gaps, in the order of the text
 * @returns null when none was split, or when an edit decided where the segments are
 */
export function splittingOf(
  { segmentLength, sharedM }: Pick<Choices, 'segmentLength' | 'sharedM'>,
  { keptSegments, sizes }: Pick<CompressionSummary, 'keptSegments' | 'sizes'>,
  segments: readonly Segment[],
): Splitting | null {
  const tokens = segments.reduce((sum, { length }) => sum + length, 0);
  if (keptSegments !== null || !tokens) return null;
  const planned = planSegments(tokens, segmentLength);
  const split = planned.filter(
    ({ start, length }) => segments.filter(part => part.start >= start && part.start < start + length).length > 1,
  ).length;
  const more = segments.length - planned.length;
  if (!split || more <= 0) return null;
  const vectors = sharedM ? segments.length + 1 : 2 * segments.length;
  const moreVectors = sharedM ? more : 2 * more;
  return {
    planned: planned.length,
    split,
    segments: segments.length,
    moreVectors,
    moreBytes: Math.round((sizes.vectors / vectors) * moreVectors),
  };
}

import { diffArrays } from 'diff';
import { placedSegments } from '../decoding/decode-proto.ts';
import type { ProtoFile } from '../files/proto-file.ts';
import { planSegments } from './segments.ts';
import type { SolvedSegment, StartingSegment } from './task.ts';

/** Beyond so many tokens put in and taken out the text is another one, and comparing would take longer than it saves. */
const mostEdits = 2000;
/** A piece of new text of at most this share of a segment joins its neighbour: an `e` and an `m` of its own are dear. */
const smallPiece = 0.25;

/** The segments of a file with their vectors, in the order of its text. */
export function segmentsOf(file: ProtoFile): SolvedSegment[] {
  let start = 0;
  return placedSegments(file).map(({ protoTokens: [e, m] }, i) => {
    const length = file.segmentLengths[i] ?? 0;
    if (!e || !m) throw new Error('a segment of a file has no vectors');
    const segment = { start, length, e, m };
    start += length;
    return segment;
  });
}

/** A segment of before whose tokens all stand in the text as it is now. */
interface Kept {
  /** Among the segments of before. */
  readonly index: number;
  /** At its present place. */
  readonly segment: SolvedSegment;
}

/**
 * Plans the segments of a text after an edit. Those of before whose tokens all stand in it unchanged are kept with their
 * vectors, wherever they stand now. What is new between them is cut anew and begins, where it takes a former segment's
 * place, from the vectors of that one: half as far from a solution as a random start.
 *
 * @param before tokens of the earlier text
 * @param now tokens of the text as it is
 * @param segments of the earlier text, without gaps
 * @param longest tokens of a new segment, at most
 */
export function planAfterEdit(
  before: Int32Array,
  now: Int32Array,
  segments: readonly SolvedSegment[],
  longest: number,
): StartingSegment[] {
  const planned: StartingSegment[] = [];
  const kept = unchanged(before, now, segments);
  let [from, passed] = [0, 0];
  const fillUpTo = (end: number, index: number): void => {
    const gone = segments.slice(passed, index);
    for (const [i, { start, length }] of planSegments(end - from, longest).entries()) {
      const piece = { ...gone[i], start: from + start, length };
      const small = length <= smallPiece * longest;
      const neighbour = planned.at(-1);
      if (small && neighbour && neighbour.length + length <= longest)
        planned[planned.length - 1] = { ...neighbour, length: neighbour.length + length };
      else planned.push(piece);
    }
  };
  for (const { index, segment } of kept) {
    fillUpTo(segment.start, index);
    planned.push(segment);
    from = segment.start + segment.length;
    passed = index + 1;
  }
  fillUpTo(now.length, segments.length);
  return planned;
}

function unchanged(before: Int32Array, now: Int32Array, segments: readonly SolvedSegment[]): Kept[] {
  const kept: Kept[] = [];
  let [earlier, present] = [0, 0];
  for (const { added, removed, count } of diffArrays([...before], [...now], { maxEditLength: mostEdits }) ?? []) {
    if (!added && !removed)
      for (const [index, segment] of segments.entries())
        if (segment.start >= earlier && segment.start + segment.length <= earlier + count)
          kept.push({ index, segment: { ...segment, start: segment.start - earlier + present } });
    if (!added) earlier += count;
    if (!removed) present += count;
  }
  return kept;
}

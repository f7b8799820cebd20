import { diffArrays } from 'diff';
import { checkModel, decodeProto, placedSegments } from '../decoding/decode-proto.ts';
import { UserError } from '../errors.ts';
import { hashText, type ProtoFile } from '../files/proto-file.ts';
import type { Model } from '../models/model.ts';
import type { Sessions } from '../training/sessions.ts';
import type { CompressionOptions } from './options.ts';
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

/** The segments that a job begins with. */
export interface Beginning {
  readonly segments: readonly StartingSegment[];
  /** Whether the text is another one than that of the file. */
  readonly edited: boolean;
}

/** A text that is compressed, and with what. */
interface Compressed {
  readonly model: Model;
  readonly sessions: Sessions;
  readonly text: string;
  readonly options: CompressionOptions;
}

/**
 * Where a job begins that is given a file of the same text or of an earlier version of it.
 *
 * @param tokens of the text as it is
 * @throws UserError when the vectors of the file are no start for this text.
 */
export async function beginningFrom(
  file: ProtoFile,
  { model, sessions, text, options }: Compressed,
  tokens: Int32Array,
): Promise<Beginning> {
  checkModel(file, model);
  if (file.arrangement !== options.arrangement)
    throw new UserError(
      `The vectors of the file to begin from stand in the arrangement "${file.arrangement}", and "${options.arrangement}" was chosen; choose that one, or start without the file.`,
    );
  const segments = segmentsOf(file);
  if (file.text.sha256 === hashText(text)) {
    if (segments.reduce((sum, { length }) => sum + length, 0) !== tokens.length)
      throw new UserError('The file to begin from is damaged (its segments are not its text); restore it from a copy.');
    return { segments, edited: false };
  }
  const shared = segments.length > 1 && file.sharedM;
  if (shared || options.sharedM)
    throw new UserError(
      'Vectors that share an m can be trained longer for the same text only; start without the file.',
    );
  const before = await tokensOf(file, model, sessions);
  return { segments: planAfterEdit(before, tokens, segments, options.segmentLength), edited: true };
}

/** None when the file does not decode on this device; its vectors are a start all the same. */
async function tokensOf(file: ProtoFile, model: Model, sessions: Sessions): Promise<Int32Array> {
  try {
    return (await decodeProto(model, sessions, file)).tokens;
  } catch (error) {
    if (error instanceof UserError) return new Int32Array(0);
    throw error;
  }
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
  for (const { index, segment } of unchanged(before, now, segments)) {
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

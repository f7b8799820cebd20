/** UTF-16 offsets in a text; end exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** What a decoded text needs to become the exact one: put `text` in place of [start, end). */
export interface TextPatch extends TextRange {
  readonly text: string;
}

/** A stretch of the source and what the tokenizer made of it. */
export interface Piece {
  readonly source: TextRange;
  readonly decoded: TextRange;
}

/** UTF-16 offset at which each byte's character begins, and where the last one ends. Lone surrogates count three bytes, as U+FFFD does. */
function characterOfByte(text: string): { readonly starts: Int32Array; readonly ends: Int32Array } {
  const starts: number[] = [];
  const ends: number[] = [];
  let offset = 0;
  for (const character of text) {
    const bytes = Buffer.byteLength(character);
    for (let i = 0; i < bytes; i++) {
      starts.push(offset);
      ends.push(offset + character.length);
    }
    offset += character.length;
  }
  return { starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}

/**
 * The range of every token in the text that the tokens spell. A token that holds part of a character has the whole of
 * it; one without bytes has an empty range where it stands. Ranges never go back.
 */
export function rangesInDecoded(decoded: string, byteLengths: readonly number[]): TextRange[] {
  const { starts, ends } = characterOfByte(decoded);
  let position = 0;
  return byteLengths.map(length => {
    const first = position;
    position = Math.min(position + length, starts.length);
    const start = starts[first] ?? decoded.length;
    return { start, end: position > first ? (ends[position - 1] ?? decoded.length) : start };
  });
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** The segmenter's time for each grapheme grows with the string that it is given, so it gets a window of the text. */
const windowLength = 256;

/** The graphemes of a text, in time proportional to its length. */
function* graphemes(text: string): Generator<TextRange> {
  let position = 0;
  let length = windowLength;
  while (position < text.length) {
    const window = text.slice(position, position + length);
    const reachesEnd = position + length >= text.length;
    let whole = 0;
    for (const { segment, index } of segmenter.segment(window)) {
      const end = index + segment.length;
      // The last one may go on beyond the window.
      if (end === window.length && !reachesEnd) break;
      yield { start: position + index, end: position + end };
      whole = end;
    }
    position += whole;
    length = whole ? windowLength : 2 * length;
  }
}

/**
 * Cuts source and decoded text into pieces that correspond: grapheme by grapheme when normalising each by itself gives
 * the decoded text, since normalisation then does not reach over their edges; otherwise what is left between the
 * common beginning and the common end is one piece.
 */
export function pieces(source: string, decoded: string, normalize: (text: string) => string): Piece[] {
  if (source === decoded) return [];
  const result: Piece[] = [];
  let position = 0;
  for (const grapheme of graphemes(source)) {
    const segment = source.slice(grapheme.start, grapheme.end);
    const made = normalize(segment);
    if (!decoded.startsWith(made, position)) return [betweenCommonEnds(source, decoded)];
    if (made !== segment) result.push(shifted(betweenCommonEnds(segment, made), grapheme.start, position));
    position += made.length;
  }
  return position === decoded.length ? result : [betweenCommonEnds(source, decoded)];
}

const splitsPair = (text: string, offset: number): boolean =>
  offset > 0 && offset < text.length && (text.codePointAt(offset - 1) ?? 0) > 0xffff;

function betweenCommonEnds(source: string, decoded: string): Piece {
  const shorter = Math.min(source.length, decoded.length);
  let head = 0;
  while (head < shorter && source[head] === decoded[head]) head++;
  if (splitsPair(source, head) || splitsPair(decoded, head)) head--;
  let tail = 0;
  while (tail < shorter - head && source.at(-1 - tail) === decoded.at(-1 - tail)) tail++;
  if (splitsPair(source, source.length - tail) || splitsPair(decoded, decoded.length - tail)) tail--;
  return { source: { start: head, end: source.length - tail }, decoded: { start: head, end: decoded.length - tail } };
}

function shifted({ source, decoded }: Piece, inSource: number, inDecoded: number): Piece {
  return {
    source: { start: source.start + inSource, end: source.end + inSource },
    decoded: { start: decoded.start + inDecoded, end: decoded.end + inDecoded },
  };
}

/** The last piece that begins before an offset of the decoded text (or at it, when `orAt`). */
function lastBefore(changed: readonly Piece[], offset: number, orAt: boolean): Piece | undefined {
  let [low, high] = [0, changed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const begins = changed[middle]?.decoded.start ?? 0;
    if (begins < offset || (orAt && begins === offset)) low = middle + 1;
    else high = middle;
  }
  return changed[low - 1];
}

/**
 * Moves ranges of the decoded text to the source; a range that touches a piece gets all of it, so that text which the
 * tokenizer drops belongs to the tokens on both sides.
 */
export function toSource(ranges: readonly TextRange[], changed: readonly Piece[]): TextRange[] {
  const beyond = (piece: Piece | undefined, offset: number): number =>
    piece ? piece.source.end + offset - piece.decoded.end : offset;
  return ranges.map(range => {
    const first = lastBefore(changed, range.start, true);
    const dropped = lastBefore(changed, range.end, true);
    const last = dropped?.decoded.end === range.end ? dropped : lastBefore(changed, range.end, false);
    const inFirst = first && (range.start < first.decoded.end || range.start === first.decoded.start);
    const start = inFirst ? first.source.start : beyond(first, range.start);
    const end = last && range.end <= last.decoded.end ? last.source.end : beyond(last, range.end);
    return { start, end: Math.max(start, end) };
  });
}

/** Patches that turn the decoded text into the source, neighbouring ones joined. */
export function patchesOf(source: string, changed: readonly Piece[]): TextPatch[] {
  const patches: TextPatch[] = [];
  for (const piece of changed) {
    const text = source.slice(piece.source.start, piece.source.end);
    const last = patches.at(-1);
    if (last?.end === piece.decoded.start)
      patches[patches.length - 1] = { start: last.start, end: piece.decoded.end, text: last.text + text };
    else patches.push({ ...piece.decoded, text });
  }
  return patches;
}

/** Puts the exact text back, patch by patch. */
export function applyPatches(decoded: string, patches: readonly TextPatch[]): string {
  const parts: string[] = [];
  let position = 0;
  for (const { start, end, text } of patches) {
    parts.push(decoded.slice(position, start), text);
    position = end;
  }
  return parts.join('') + decoded.slice(position);
}

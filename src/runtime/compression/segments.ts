/** A run of tokens of the text that shares one `e`. */
export interface Segment {
  /** Index of the first token in the whole text. */
  readonly start: number;
  readonly length: number;
}

/** Segments shorter than this are not split any further; what they get wrong is corrected. */
export const shortestSplit = 4;

/** Cuts a text into the fewest segments of at most `longest` tokens, of nearly equal length. */
export function planSegments(tokens: number, longest: number): Segment[] {
  const count = Math.ceil(tokens / longest);
  const edge = (index: number): number => Math.round((index * tokens) / count);
  return Array.from({ length: count }, (_, i) => ({ start: edge(i), length: edge(i + 1) - edge(i) }));
}

/** The two halves of a segment, or nothing when it is too short to be split. */
export function halves({ start, length }: Segment): Segment[] {
  if (length < shortestSplit) return [];
  return planSegments(length, Math.ceil(length / 2)).map(half => ({ start: start + half.start, length: half.length }));
}

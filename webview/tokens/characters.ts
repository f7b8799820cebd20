import type { TextToken } from '../../src/runtime/results/tokens.ts';

/** Neighbouring tokens that hold parts of the same character. */
export interface SharedCharacter {
  /** Index of the first of them. */
  readonly first: number;
  readonly length: number;
  /** What they form together: the character, with what else their outer tokens hold. */
  readonly text: string;
}

/**
 * The tokens that form characters together, by the index of each. Tokens that share a character share its range in the
 * text, so neighbours whose ranges overlap belong together.
 */
export function sharedCharacters(tokens: readonly TextToken[], text: string): ReadonlyMap<number, SharedCharacter> {
  const found = new Map<number, SharedCharacter>();
  for (let first = 0; first < tokens.length; ) {
    let last = first;
    let end = tokens[first]?.end ?? 0;
    for (let next = tokens[last + 1]; next && next.start < end; next = tokens[last + 1]) {
      last++;
      end = Math.max(end, next.end);
    }
    const shared = { first, length: last - first + 1, text: text.slice(tokens[first]?.start ?? 0, end) };
    if (last > first) for (let index = first; index <= last; index++) found.set(index, shared);
    first = last + 1;
  }
  return found;
}

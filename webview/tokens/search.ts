import type { TextToken } from '../../src/runtime/results/tokens.ts';
import { visible } from '../format.ts';

/** Places of a text in a longer one, whatever their case. */
function* occurrences(text: string, query: string): Generator<number> {
  for (let place = text.indexOf(query); place >= 0; place = text.indexOf(query, place + 1)) yield place;
}

/**
 * Indices of the tokens that a search finds, in the order of the text: those that hold what is searched for, in any case
 * and with white space as it is or as signs, those over which it is spread, and those with the searched number as their id.
 */
export function search(tokens: readonly TextToken[], text: string, query: string): readonly number[] {
  if (!query) return [];
  const wanted = query.toLowerCase();
  const id = /^\d+$/.test(query) ? Number(query) : -1;
  const found = new Set<number>();
  for (const [index, token] of tokens.entries())
    if (
      token.id === id ||
      token.text.toLowerCase().includes(wanted) ||
      visible(token.text).toLowerCase().includes(wanted)
    )
      found.add(index);
  // Letters whose lower case has another length would shift every place after them.
  const lower = text.toLowerCase();
  if (lower.length === text.length) addSpread(found, tokens, occurrences(lower, wanted), wanted.length);
  return [...found].sort((a, b) => a - b);
}

function addSpread(found: Set<number>, tokens: readonly TextToken[], places: Iterable<number>, length: number): void {
  let from = 0;
  for (const place of places) {
    while ((tokens[from]?.end ?? Number.POSITIVE_INFINITY) <= place) from++;
    for (let index = from; (tokens[index]?.start ?? Number.POSITIVE_INFINITY) < place + length; index++)
      found.add(index);
  }
}

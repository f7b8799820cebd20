import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import type { Pair } from '../data/view-state.ts';

/**
 * All pairs of solutions of one text, or of each text where none is named.
 *
 * @param accuracy share of its tokens that each of them gets right
 */
export function pairsOf({ solutions, texts }: SolutionsDocument, text: number | null, accuracy = 0): readonly Pair[] {
  const members = texts.map((): number[] => []);
  for (const [i, { text: own, correct, tokens }] of solutions.entries())
    if (correct / tokens >= accuracy) members[own]?.push(i);
  const wanted = text === null ? members : [members[text] ?? []];
  return wanted.flatMap(own => own.flatMap((a, i) => own.slice(i + 1).map(b => [a, b] as const)));
}

import { type Cell, isReconstructed } from './cell.ts';
import { type Lookup, type Stage, type TextLengths, textsOf } from './experiment.ts';

/** A way of training a prefix of some texts: a cell for each of them, or one for all. */
export interface Way {
  /** Whether the texts are trained together, so that none can be left out. */
  readonly together: boolean;
  readonly cells: (texts: readonly number[], length: number) => readonly Cell[];
}

/** Prefixes that are tried, and of how many texts. */
export interface Grid {
  readonly lengths: readonly number[];
  readonly texts: number;
}

/** How a prefix of a text went. */
export interface Tried {
  readonly text: number;
  readonly length: number;
  readonly reconstructed: boolean;
  /** H_LM in nats; null when it is not known. */
  readonly information: number | null;
}

/** Successive lengths that a text must fail before longer prefixes of it are left out. */
const failuresToGiveUp = 2;

const ascending = ({ lengths }: Grid): number[] => [...lengths].sort((a, b) => a - b);

function triedAt(texts: readonly number[], found: Lookup, way: Way, length: number): Tried[] {
  return way.cells(texts, length).flatMap(cell => {
    const outcome = found(cell);
    if (!outcome || outcome.problem !== null) return [];
    return cell.texts.map((text, i) => ({
      text,
      length,
      reconstructed: isReconstructed(outcome.correct[i] ?? 0, length),
      information: outcome.information[i] ?? null,
    }));
  });
}

/** Every prefix that was tried in a way. */
export function triedIn(grid: Grid, texts: TextLengths, found: Lookup, way: Way): Tried[] {
  return ascending(grid).flatMap(length => triedAt(textsOf(texts, length, grid.texts), found, way, length));
}

/** The longest reconstructed prefix of each text that has one: C_tokens of the paper. */
export function longestOf(tried: readonly Tried[]): Tried[] {
  const best = new Map<number, Tried>();
  for (const one of tried)
    if (one.reconstructed && one.length >= (best.get(one.text)?.length ?? 0)) best.set(one.text, one);
  return [...best.values()];
}

/** The same of all that were tried in a way. */
export const longestIn = (grid: Grid, texts: TextLengths, found: Lookup, way: Way): Tried[] =>
  longestOf(triedIn(grid, texts, found, way));

/** Those of some texts that were not reconstructed at a length. */
function failedAt(
  grid: Grid,
  texts: TextLengths,
  found: Lookup,
  way: Way,
  length: number,
  some: ReadonlySet<number>,
): Set<number> {
  const asked = textsOf(texts, length, grid.texts).filter(text => way.together || some.has(text));
  const tried = triedAt(asked, found, way, length);
  return new Set(tried.flatMap(({ text, reconstructed }) => (!reconstructed && some.has(text) ? [text] : [])));
}

/** A stage for each length, the shorter first: texts that were not reconstructed at the two before are left out. */
export function ascendingStages(grid: Grid, texts: TextLengths, way: Way): Stage[] {
  const lengths = ascending(grid);
  return lengths.map((length, index) => found => {
    const all = textsOf(texts, length, grid.texts);
    const before = index < failuresToGiveUp ? [] : lengths.slice(index - failuresToGiveUp, index);
    let hopeless: ReadonlySet<number> = new Set(before.length ? all : []);
    for (const shorter of before) hopeless = failedAt(grid, texts, found, way, shorter, hopeless);
    const left = way.together && hopeless.size < all.length ? all : all.filter(text => !hopeless.has(text));
    return left.length ? way.cells(left, length) : [];
  });
}

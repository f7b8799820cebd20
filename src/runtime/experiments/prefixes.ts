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

function triedAt(grid: Grid, texts: TextLengths, found: Lookup, way: Way, length: number): Tried[] {
  return way.cells(textsOf(texts, length, grid.texts), length).flatMap(cell => {
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
  return ascending(grid).flatMap(length => triedAt(grid, texts, found, way, length));
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

/** A stage for each length, the shorter first: texts that were not reconstructed at the two before are left out. */
export function ascendingStages(grid: Grid, texts: TextLengths, way: Way): Stage[] {
  const lengths = ascending(grid);
  return lengths.map((length, index) => found => {
    const all = textsOf(texts, length, grid.texts);
    const before = index < failuresToGiveUp ? [] : lengths.slice(index - failuresToGiveUp, index);
    const failures = before.map(shorter => {
      const tried = triedAt(grid, texts, found, way, shorter);
      return new Set(tried.filter(({ reconstructed }) => !reconstructed).map(({ text }) => text));
    });
    const hopeless = (text: number): boolean => failures.length > 0 && failures.every(failed => failed.has(text));
    const left = way.together ? (all.every(hopeless) ? [] : all) : all.filter(text => !hopeless(text));
    return left.length ? way.cells(left, length) : [];
  });
}

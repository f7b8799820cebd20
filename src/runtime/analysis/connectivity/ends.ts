import { counted } from '../../counted.ts';
import { UserError } from '../../errors.ts';
import { mostOf, type SolutionSet } from '../../files/solutions-file.ts';
import type { TextTokenizer } from '../../models/tokenizer.ts';
import type { Pair } from '../../results/connectivity.ts';
import type { Solution, SolutionCurve } from '../../results/solutions.ts';
import { layoutOf } from '../../training/arrangement.ts';
import { type Curve, midpoint } from './bezier.ts';
import type { ConnectOptions } from './options.ts';
import type { Goal } from './path.ts';

/** A pair with its vectors. */
export interface Ends extends Pair {
  /** Index of the text. */
  readonly text: number;
  /** [2d], `e` then `m`. */
  readonly start: Float32Array;
  /** [2d], `e` then `m`. */
  readonly end: Float32Array;
  readonly goal: Goal;
}

/** Two vectors [d] as one point [2d]. */
export function pointOf({ e, m }: { readonly e: Float32Array; readonly m: Float32Array }): Float32Array {
  const point = new Float32Array(e.length + m.length);
  point.set(e);
  point.set(m, e.length);
  return point;
}

/** A point [2d] as its two vectors. */
export function vectorsOf(point: Float32Array): { readonly e: Float32Array; readonly m: Float32Array } {
  return { e: point.slice(0, point.length / 2), m: point.slice(point.length / 2) };
}

/** The ends of pairs of a set. Many pairs have few solutions, and fewer texts: each is made once. */
export function endsIn(set: SolutionSet, tokenizer: TextTokenizer): (pair: Pair) => Ends {
  const points = new Map<Solution, Float32Array>();
  const texts = new Map<number, Goal>();
  const once = <K, V>(known: Map<K, V>, key: K, make: () => V): V => {
    const value = known.get(key) ?? make();
    known.set(key, value);
    return value;
  };
  return pair => {
    const [a, b] = solutionsOf(set, pair);
    const goal = once(texts, a.text, () => {
      const tokens = Int32Array.from(tokenizer.encode(set.texts[a.text]?.text ?? ''));
      return { tokens, layout: layoutOf(set.arrangement, tokens.length) };
    });
    if (goal.tokens.length !== a.tokens || goal.tokens.length !== b.tokens)
      throw new UserError('The file is damaged (a solution has another length than its text); restore it from a copy.');
    const point = (solution: Solution): Float32Array => once(points, solution, () => pointOf(solution));
    return { ...pair, text: a.text, start: point(a), end: point(b), goal };
  };
}

/** @throws UserError when there is no such pair, or its solutions are of two texts. */
function solutionsOf(set: SolutionSet, { first, second }: Pair): readonly [Solution, Solution] {
  const solution = (index: number): Solution => {
    const found = set.solutions[index];
    if (!found)
      throw new UserError(`There is no solution ${index}; the file has ${set.solutions.length}, counted from 0.`);
    return found;
  };
  const [a, b] = [solution(first), solution(second)];
  if (first === second || a.text !== b.text)
    throw new UserError(`Solutions ${first} and ${second} are not two of one text; choose a pair that is.`);
  return [a, b];
}

/** The curve of a pair that a set holds, whichever way round. */
export function storedCurve(set: SolutionSet, { first, second }: Pair): SolutionCurve | undefined {
  return set.curves.find(
    curve => (curve.first === first && curve.second === second) || (curve.first === second && curve.second === first),
  );
}

/** The curve between two ends: through a stored control point, or straight where there is none. */
export function curveBetween({ start, end }: Ends, stored: SolutionCurve | undefined): Curve {
  return { start, control: stored ? pointOf(stored) : midpoint(start, end), end };
}

/** The pairs that were asked for. @throws UserError when there are none, or a file would have more curves than it can. */
export function pairsOf(set: SolutionSet, { pairs, minimumAccuracy }: ConnectOptions): readonly Pair[] {
  if (pairs === 'stored') return set.curves.map(({ first, second }) => ({ first, second }));
  if (pairs !== 'all')
    return fitting(
      set,
      pairs.map(([first, second]) => ({ first, second })),
    );
  const good = [...set.solutions.entries()].filter(([, { correct, tokens }]) => correct / tokens >= minimumAccuracy);
  const count = pairsOfOneText(good.map(([, { text }]) => text));
  if (count > mostOf.curves)
    throw new UserError(
      `There are ${counted(count, 'pair')} of solutions of one text and a file has at most ${counted(mostOf.curves, 'curve')}; name pairs, or raise the minimum accuracy.`,
    );
  const found = good.flatMap(([first, a], i) =>
    good.slice(i + 1).flatMap(([second, b]) => (a.text === b.text ? [{ first, second }] : [])),
  );
  if (!found.length)
    throw new UserError('No text has two solutions that are good enough to be connected; find more or train longer.');
  return fitting(set, found);
}

/** Pairs whose curves fit into the file beside those that it keeps. @throws UserError when there are too many. */
function fitting(set: SolutionSet, pairs: readonly Pair[]): readonly Pair[] {
  const key = ({ first, second }: Pair): string => `${Math.min(first, second)},${Math.max(first, second)}`;
  const all = new Set([...set.curves, ...pairs].map(key)).size;
  if (all > mostOf.curves)
    throw new UserError(
      `With those that it holds the file would have ${counted(all, 'curve')} and has at most ${counted(mostOf.curves, 'curve')}; connect fewer pairs, or those of a file with fewer solutions.`,
    );
  return pairs;
}

/** How many pairs there are, before any is made. */
function pairsOfOneText(texts: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}

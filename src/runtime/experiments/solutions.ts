import { pointOf } from '../analysis/connectivity/ends.ts';
import { mostCompared, pairDistances } from '../analysis/distances/pair-distances.ts';
import { counted } from '../counted.ts';
import { UserError } from '../errors.ts';
import { decodeVector } from '../files/vectors.ts';
import type { ContinuationWish } from '../operations/experiments.ts';
import { type Cell, cellOf, isReconstructed, plainCell } from './cell.ts';
import type { Lookup, ReadTexts, TextLengths } from './experiment.ts';
import { trainingOf } from './settings.ts';

/** What the experiments on distances have in common. */
export interface SolutionsWanted {
  /** Contexts that are continued, and continuations of each; 0 for the texts themselves, each its own context. */
  readonly contexts: number;
  readonly continuations: number;
  readonly context: number;
  /** Tokens of each text. */
  readonly length: number;
  /** Solutions of the last text of each context; the others have one. */
  readonly seeds: number;
  readonly shared: 'none' | 'm';
  readonly recipe: Parameters<typeof trainingOf>[0]['recipe'];
  readonly budget?: number | undefined;
  readonly seed: number;
}

/** The continuations that an experiment is made on. */
export function continuationsOf(wanted: SolutionsWanted): ContinuationWish | undefined {
  const { contexts, continuations: count, context: contextTokens, length: tokens, seed } = wanted;
  return count ? { contexts, contextTokens, count, tokens, seed } : undefined;
}

/** A name for the context of each text; a text that continues nothing is its own. */
const contextOf = ({ contexts }: TextLengths, text: number): string => contexts?.[text] ?? `text ${text}`;

/** The texts that solutions are sought of, by their context. */
function chosenTexts(wanted: SolutionsWanted, texts: TextLengths): number[][] {
  const groups = new Map<string, number[]>();
  const most = Math.max(1, wanted.continuations);
  for (let text = 0; text < texts.count; text++) {
    const context = contextOf(texts, text);
    const group = groups.get(context) ?? [];
    // Texts that nobody needs are not read.
    if (group.length === most || (groups.size === wanted.contexts && !group.length)) continue;
    if (texts.lengthOf(text) >= wanted.length) groups.set(context, [...group, text]);
  }
  return [...groups.values()];
}

/**
 * A cell for each solution, or one for all that share an `m`: its texts stand in it once for each of their solutions.
 *
 * @throws UserError when there are more than can be compared.
 */
export function solutionCells(wanted: SolutionsWanted, texts: TextLengths): Cell[] {
  const { length, shared, seed, seeds } = wanted;
  const rest = { ...plainCell, shared, seed, task: { kind: 'solution' } as const, ...trainingOf(wanted) };
  const groups = chosenTexts(wanted, texts);
  const count = groups.reduce((sum, group) => sum + group.length - 1 + seeds, 0);
  if (count > mostCompared)
    throw new UserError(
      `The experiment has ${counted(count, 'solution')} and at most ${mostCompared.toLocaleString('en')} are compared; choose fewer contexts, continuations or seeds.`,
    );
  const solutions = groups.flatMap(group =>
    group.flatMap((text, i) =>
      Array.from({ length: i === group.length - 1 ? seeds : 1 }, (_, n) => ({ text, seed: seed + n })),
    ),
  );
  if (shared === 'm')
    return solutions.length
      ? [
          cellOf(
            rest,
            solutions.map(({ text }) => text),
            length,
          ),
        ]
      : [];
  return solutions.map(({ text, seed: own }) => cellOf({ ...rest, seed: own }, [text], length));
}

/** A solution whose text came out right. */
export interface FoundSolution {
  readonly text: number;
  readonly e: Float32Array;
  readonly m: Float32Array;
}

/** The solutions that are good enough (accuracy 0.99), and how many were found and are not. */
export function foundSolutions(wanted: SolutionsWanted, texts: TextLengths, found: Lookup) {
  const solutions: FoundSolution[] = [];
  let leftOut = 0;
  for (const cell of solutionCells(wanted, texts)) {
    const outcome = found(cell);
    if (outcome?.detail?.kind !== 'solution') continue;
    const { e, m } = outcome.detail;
    for (const [i, text] of cell.texts.entries()) {
      const [own, other] = [e[i] ?? e[0], m[i] ?? m[0]];
      if (own !== undefined && other !== undefined && isReconstructed(outcome.correct[i] ?? 0, cell.length))
        solutions.push({ text, e: decodeVector(own), m: decodeVector(other) });
      else leftOut++;
    }
  }
  return { solutions, leftOut };
}

/** Which vectors are compared. */
export const compared = ['e', 'm', 'both'] as const;
export type Compared = (typeof compared)[number];
export const comparedInWords: Readonly<Record<Compared, string>> = { e: 'e', m: 'm', both: 'e and m' };

/** Those that can be told apart: with a shared m, only e. */
export const comparedOf = ({ shared }: Pick<SolutionsWanted, 'shared'>): readonly Compared[] =>
  shared === 'm' ? ['e'] : compared;

/** Cosine distances between all solutions [n,n]. */
export function distancesOver(solutions: readonly FoundSolution[], over: Compared): Promise<Float32Array> {
  const vectors = solutions.map(solution => (over === 'both' ? pointOf(solution) : solution[over]));
  return pairDistances(vectors, 'cosine');
}

/** The contexts of the texts, one by one, for what compares pairs by them. */
export const contextsOf = (texts: ReadTexts): string[] =>
  Array.from({ length: texts.count }, (_, text) => contextOf(texts, text));

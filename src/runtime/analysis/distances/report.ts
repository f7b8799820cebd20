import { counted } from '../../counted.ts';
import { UserError } from '../../errors.ts';
import type { SolutionSet } from '../../files/solutions-file.ts';
import type { TextTokenizer } from '../../models/tokenizer.ts';
import type { DistanceReport, TextPair } from '../../results/distances.ts';
import { pointOf } from '../connectivity/ends.ts';
import { semanticDistances } from '../semantic/semantic-distances.ts';
import { allMiniLm } from '../semantic/sentence-model.ts';
import type { DistanceOptions } from './options.ts';
import { orderOf } from './order.ts';
import { mostCompared, pairDistances } from './pair-distances.ts';
import { pairGroups } from './pairs.ts';
import { binnedMeans, textPairs } from './scatter.ts';
import { tokenDistances } from './text-distances.ts';

const scatterBins = 12;

/**
 * Distances between all pairs of solutions of a set, and what they tell.
 *
 * @param sentenceModel the paper's, when left out
 * @throws UserError when there are fewer than two solutions, too many to be compared or clustered, or no sentence model to
 *   be had.
 */
export async function distanceReport(
  set: SolutionSet,
  tokenizer: TextTokenizer,
  { measure, over, order, minimumAccuracy, semantic }: DistanceOptions,
  sentenceModel = allMiniLm,
): Promise<DistanceReport> {
  const compared = set.solutions
    .map((solution, index) => ({ ...solution, index }))
    .filter(({ correct, tokens }) => correct / tokens >= minimumAccuracy);
  const leftOut = set.solutions.length - compared.length;
  if (compared.length < 2)
    throw new UserError(
      `Only ${compared.length} of ${counted(set.solutions.length, 'solution')} reach the minimum accuracy, and two are needed; train longer or lower the minimum.`,
    );
  if (Math.max(compared.length, set.texts.length) > mostCompared)
    throw new UserError(
      `There are ${counted(compared.length, 'solution')} of ${counted(set.texts.length, 'text')} and at most ${mostCompared.toLocaleString('en')} of either are compared; choose fewer files, or raise the minimum accuracy.`,
    );
  const textOf = compared.map(({ text }) => text);
  const distances = await pairDistances(
    compared.map(solution => (over === 'both' ? pointOf(solution) : solution[over])),
    measure,
  );
  const contexts = set.texts.map(({ context }) => context);
  const against = (textDistances: Float32Array): TextPair[] => textPairs(distances, textOf, textDistances, contexts);
  const byTokens = against(tokenDistances(set.texts.map(({ text }) => tokenizer.encode(text))));
  const meaning = await semanticDistances(
    set.texts.map(({ text }) => text),
    semantic,
    sentenceModel,
  );
  const byMeaning = meaning.distances ? against(meaning.distances) : [];
  return {
    measure,
    over,
    texts: set.texts,
    solutions: compared.map(({ e, m, ...solution }) => solution),
    leftOut,
    distances,
    order: orderOf(distances, textOf, order),
    ...pairGroups(distances, textOf, contexts),
    textPairs: byTokens,
    bins: binnedMeans(byTokens, scatterBins),
    semanticPairs: byMeaning,
    semanticBins: binnedMeans(byMeaning, scatterBins),
    semanticMissing: meaning.missing ?? null,
  };
}

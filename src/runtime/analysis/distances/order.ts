import { agnes } from 'ml-hclust';
import { counted } from '../../counted.ts';
import { UserError } from '../../errors.ts';
import type { DistanceOptions } from './options.ts';

/** The clustering takes time with the third power of their number. */
const mostClustered = 600;

/**
 * The order in which solutions stand in a picture of their distances. Clusters are those of average linkage: the two
 * groups with the smallest mean distance between their members are joined, again and again, and stand side by side.
 *
 * @param distances [n,n]
 * @param texts index of each solution's text
 * @throws UserError when there are too many to be clustered.
 */
export function orderOf(
  distances: Float32Array,
  texts: readonly number[],
  order: DistanceOptions['order'],
): readonly number[] {
  const n = texts.length;
  const indices = texts.map((_, i) => i);
  if (order === 'file' || n < 2) return indices;
  if (order === 'text') return indices.sort((a, b) => (texts[a] ?? 0) - (texts[b] ?? 0) || a - b);
  if (n > mostClustered)
    throw new UserError(
      `There are ${counted(n, 'solution')} and at most ${mostClustered} can be clustered; order them by text.`,
    );
  const rows = indices.map(i => Array.from(distances.subarray(i * n, (i + 1) * n)));
  return agnes(rows, { method: 'average', isDistanceMatrix: true }).indices();
}

import type { Overlap, PairGroup, PairKind } from '../../results/distances.ts';
import { gridOver, kernelDensity, overlap, quantile } from './density.ts';

const pairKinds: readonly PairKind[] = ['same-text', 'same-context', 'different-context'];

const gridPoints = 201;

/**
 * The distances by kind of pair, with estimated densities (figure 4 of the paper). Kinds without a pair are left out.
 *
 * @param distances [n,n]
 * @param textOf index of each solution's text
 * @param contexts of each text; texts without one are each in a context of their own
 */
export function pairGroups(
  distances: Float32Array,
  textOf: readonly number[],
  contexts: readonly (string | undefined)[],
): { readonly groups: readonly PairGroup[]; readonly overlaps: readonly Overlap[] } {
  const n = textOf.length;
  const values: Record<PairKind, number[]> = { 'same-text': [], 'same-context': [], 'different-context': [] };
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++)
      values[kindOf(textOf[i] as number, textOf[j] as number, contexts)].push(distances[i * n + j] as number);
  const kinds = pairKinds.filter(kind => values[kind].length);
  const sorted = kinds.map(kind => Float64Array.from(values[kind]).sort());
  const grid = gridOver(sorted, gridPoints);
  const groups = kinds.map((kind, k) => groupOf(kind, sorted[k] ?? new Float64Array(), grid));
  const overlaps = groups.flatMap((a, i) =>
    groups.slice(i + 1).map((b): Overlap => {
      return { kinds: [a.kind, b.kind], coefficient: overlap(a.density, b.density) };
    }),
  );
  return { groups, overlaps };
}

function groupOf(kind: PairKind, sorted: Float64Array, grid: Float64Array): PairGroup {
  return {
    kind,
    pairs: sorted.length,
    median: quantile(sorted, 0.5),
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
    least: sorted[0] ?? Number.NaN,
    greatest: sorted.at(-1) ?? Number.NaN,
    density: kernelDensity(sorted, grid),
  };
}

/** The kind of a pair of solutions of texts `a` and `b`. */
function kindOf(a: number, b: number, contexts: readonly (string | undefined)[]): PairKind {
  if (a === b) return 'same-text';
  return contexts[a] !== undefined && contexts[a] === contexts[b] ? 'same-context' : 'different-context';
}

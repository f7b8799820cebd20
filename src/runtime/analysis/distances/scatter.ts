import type { Bin, TextPair } from '../../results/distances.ts';

/**
 * Vector distance against text distance for every pair of texts (figure 5 of the paper).
 *
 * @param vectorDistances [n,n] between solutions
 * @param textOf index of each solution's text
 * @param textDistances [T,T]
 */
export function textPairs(
  vectorDistances: Float32Array,
  textOf: readonly number[],
  textDistances: Float32Array,
  contexts: readonly (string | undefined)[],
): TextPair[] {
  const [n, texts] = [textOf.length, contexts.length];
  const sums = new Float64Array(texts * texts);
  const counts = new Uint32Array(texts * texts);
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const [a, b] = [textOf[i] as number, textOf[j] as number];
      const place = Math.min(a, b) * texts + Math.max(a, b);
      sums[place] = (sums[place] as number) + (vectorDistances[i * n + j] as number);
      counts[place] = (counts[place] as number) + 1;
    }
  const pairs: TextPair[] = [];
  for (let a = 0; a < texts; a++)
    for (let b = a + 1; b < texts; b++) {
      const place = a * texts + b;
      const count = counts[place] as number;
      if (!count) continue;
      const same = contexts[a] !== undefined && contexts[a] === contexts[b];
      pairs.push({
        texts: [a, b],
        kind: same ? 'same-context' : 'different-context',
        textDistance: textDistances[place] as number,
        vectorDistance: (sums[place] as number) / count,
      });
    }
  return pairs;
}

/** Means over bins of equal width between the smallest and the greatest text distance; empty bins are left out. */
export function binnedMeans(pairs: readonly TextPair[], bins: number): Bin[] {
  const low = pairs.reduce((least, { textDistance }) => Math.min(least, textDistance), Number.POSITIVE_INFINITY);
  const high = pairs.reduce((most, { textDistance }) => Math.max(most, textDistance), 0);
  // Where all pairs are equally far apart there is one bin, of no width.
  const width = (high - low) / bins;
  const place = ({ textDistance }: TextPair): number =>
    width ? Math.min(bins - 1, Math.floor((textDistance - low) / width)) : 0;
  return (['same-context', 'different-context'] as const).flatMap(kind => {
    const sums = new Float64Array(bins);
    const counts = new Uint32Array(bins);
    for (const pair of pairs.filter(other => other.kind === kind)) {
      const bin = place(pair);
      sums[bin] = (sums[bin] as number) + pair.vectorDistance;
      counts[bin] = (counts[bin] as number) + 1;
    }
    return [...counts].flatMap((count, bin) =>
      count
        ? [
            {
              kind,
              textDistance: low + (bin + 0.5) * width,
              vectorDistance: (sums[bin] as number) / count,
              pairs: count,
            },
          ]
        : [],
    );
  });
}

/**
 * Token-level distances between texts: 1 - cosine of their TF-IDF vectors over the model's own tokens, as in figure 5 of
 * the paper. The weight of token w in a text is tf · idf, where tf is how often w stands in the text and
 * idf = ln((1 + T) / (1 + df)) + 1 for T texts, df of which hold w (the smoothed form that scikit-learn uses too).
 *
 * @param texts token ids of each
 * @returns [T,T] row by row
 */
export function tokenDistances(texts: readonly ArrayLike<number>[]): Float32Array {
  const counts = texts.map(countsOf);
  const documents = new Map<number, number>();
  for (const own of counts) for (const id of own.keys()) documents.set(id, (documents.get(id) ?? 0) + 1);
  const weights = counts.map(own => {
    const weighted = new Map<number, number>();
    for (const [id, count] of own)
      weighted.set(id, count * (Math.log((1 + texts.length) / (1 + (documents.get(id) ?? 0))) + 1));
    const norm = Math.hypot(...weighted.values()) || 1;
    return new Map([...weighted].map(([id, weight]) => [id, weight / norm]));
  });
  const n = texts.length;
  const distances = new Float32Array(n * n);
  for (const [i, a] of weights.entries())
    for (let j = i + 1; j < n; j++) {
      const b = weights[j] ?? new Map<number, number>();
      let cosine = 0;
      for (const [id, weight] of a) cosine += weight * (b.get(id) ?? 0);
      const distance = Math.max(0, 1 - cosine);
      distances[i * n + j] = distance;
      distances[j * n + i] = distance;
    }
  return distances;
}

function countsOf(ids: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of Array.from(ids)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

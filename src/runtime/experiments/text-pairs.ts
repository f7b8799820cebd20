import type { TextPair } from '../results/distances.ts';
import { bootstrapEstimate, type Estimate, weightedCorrelation } from './statistics.ts';

/** Bins of text distance. */
export const bins = 12;
/** What the texts of a pair have in common. */
export const kinds = ['same-context', 'different-context'] as const;

/** Pairs with the units whose samples make an interval: the contexts of both texts. */
export class Sampled {
  private readonly names: readonly string[];
  private readonly units: readonly (readonly [number, number])[];

  constructor(
    readonly pairs: readonly TextPair[],
    contexts: readonly string[],
  ) {
    const namesOf = ({ texts: [a, b] }: TextPair) => [contexts[a] ?? '', contexts[b] ?? ''] as const;
    this.names = [...new Set(pairs.flatMap(namesOf))];
    const place = new Map(this.names.map((name, unit) => [name, unit]));
    this.units = pairs.map(pair => {
      const [a, b] = namesOf(pair);
      return [place.get(a) ?? 0, place.get(b) ?? 0];
    });
  }

  /** @param statistic of the pairs, each with a weight */
  estimate(statistic: (weights: Float64Array) => number): Estimate | undefined {
    const weights = new Float64Array(this.pairs.length);
    return bootstrapEstimate(
      this.names.length,
      times => {
        for (const [i, [a, b]] of this.units.entries())
          weights[i] = a === b ? (times[a] ?? 0) : (times[a] ?? 0) * (times[b] ?? 0);
        return statistic(weights);
      },
      10 * this.pairs.length,
    );
  }
}

/** Pearson's correlation of text distance and vector distance over the pairs of a kind. */
export function correlation(pairs: readonly TextPair[], kind: TextPair['kind'], weights: Float64Array): number {
  return weightedCorrelation(
    pairs.flatMap((pair, i) =>
      pair.kind === kind ? [{ x: pair.textDistance, y: pair.vectorDistance, weight: weights[i] ?? 0 }] : [],
    ),
  );
}

/**
 * How much nearer solutions lie when their texts have the same context, for equally distant texts: differences of the means in
 * bins of text distance, averaged over the pairs of the same context.
 */
export function nearness(pairs: readonly TextPair[], binOf: readonly number[], weights: Float64Array): number {
  const sums = kinds.map(() => new Float64Array(bins));
  const counts = kinds.map(() => new Float64Array(bins));
  for (const [i, { kind, vectorDistance }] of pairs.entries()) {
    const [sum, count] = [sums[kinds.indexOf(kind)], counts[kinds.indexOf(kind)]];
    const [bin = 0, weight = 0] = [binOf[i], weights[i]];
    if (!sum || !count) continue;
    sum[bin] = (sum[bin] ?? 0) + weight * vectorDistance;
    count[bin] = (count[bin] ?? 0) + weight;
  }
  let [difference, total] = [0, 0];
  for (let bin = 0; bin < bins; bin++) {
    const [same = 0, different = 0] = counts.map(count => count[bin]);
    if (!same || !different) continue;
    difference += same * ((sums[1]?.[bin] ?? 0) / different - (sums[0]?.[bin] ?? 0) / same);
    total += same;
  }
  return difference / total;
}

/** The bin of equal width in which the text distance of each pair lies. */
export function binsOf(pairs: readonly TextPair[]): number[] {
  const distances = pairs.map(({ textDistance }) => textDistance);
  const low = distances.reduce((least, distance) => Math.min(least, distance), Number.POSITIVE_INFINITY);
  const high = distances.reduce((most, distance) => Math.max(most, distance), 0);
  return distances.map(distance => Math.min(bins - 1, Math.floor((bins * (distance - low)) / (high - low || 1))));
}

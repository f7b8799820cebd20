import type { TextPair } from '../results/distances.ts';
import { bootstrapEstimate, type Estimate, weightedCorrelation } from './statistics.ts';

/** Bins of text distance. */
export const bins = 12;
/** What the texts of a pair have in common. */
export const kinds = ['same-context', 'different-context'] as const;

/** Pairs with the units whose samples make an interval: the contexts of both texts. */
export class Sampled {
  private readonly names: readonly string[];
  private readonly firsts: Int32Array;
  private readonly seconds: Int32Array;

  constructor(
    readonly pairs: readonly TextPair[],
    contexts: readonly string[],
  ) {
    const namesOf = ({ texts: [a, b] }: TextPair) => [contexts[a] ?? '', contexts[b] ?? ''] as const;
    this.names = [...new Set(pairs.flatMap(namesOf))];
    const place = new Map(this.names.map((name, unit) => [name, unit]));
    const unitsOf = (which: 0 | 1): Int32Array => Int32Array.from(pairs, pair => place.get(namesOf(pair)[which]) ?? 0);
    [this.firsts, this.seconds] = [unitsOf(0), unitsOf(1)];
  }

  /** @param statistic of the pairs, each with a weight */
  estimate(statistic: (weights: Float64Array) => number): Estimate | undefined {
    const { firsts, seconds } = this;
    const weights = new Float64Array(this.pairs.length);
    return bootstrapEstimate(
      this.names.length,
      times => {
        for (let i = 0; i < weights.length; i++) {
          const [a, b] = [firsts[i] as number, seconds[i] as number];
          weights[i] = a === b ? (times[a] as number) : (times[a] as number) * (times[b] as number);
        }
        return statistic(weights);
      },
      10 * this.pairs.length,
    );
  }
}

/** Pearson's correlation of text distance and vector distance over the pairs of a kind, by the weights of all pairs. */
export function correlation(pairs: readonly TextPair[], kind: TextPair['kind']): (weights: Float64Array) => number {
  const places = [...pairs.keys()].filter(i => pairs[i]?.kind === kind);
  const of = (what: 'textDistance' | 'vectorDistance'): Float64Array =>
    Float64Array.from(places, i => pairs[i]?.[what] ?? Number.NaN);
  const [xs, ys] = [of('textDistance'), of('vectorDistance')];
  return weights =>
    weightedCorrelation(
      xs,
      ys,
      places.map(i => weights[i] ?? 0),
    );
}

/**
 * How much nearer solutions lie when their texts have the same context, for equally distant texts, by the weights of all
 * pairs: differences of the means in bins of text distance, averaged over the pairs of the same context.
 */
export function nearness(pairs: readonly TextPair[]): (weights: Float64Array) => number {
  const binOf = binsOf(pairs);
  const isSame = Uint8Array.from(pairs, ({ kind }) => Number(kind === 'same-context'));
  const distances = Float64Array.from(pairs, ({ vectorDistance }) => vectorDistance);
  return weights => {
    const [sums, counts] = [new Float64Array(2 * bins), new Float64Array(2 * bins)];
    for (let i = 0; i < weights.length; i++) {
      const place = (binOf[i] as number) + (isSame[i] as number) * bins;
      sums[place] = (sums[place] as number) + (weights[i] as number) * (distances[i] as number);
      counts[place] = (counts[place] as number) + (weights[i] as number);
    }
    let [difference, total] = [0, 0];
    for (let bin = 0; bin < bins; bin++) {
      const [different = 0, same = 0] = [counts[bin], counts[bins + bin]];
      if (!same || !different) continue;
      difference += same * ((sums[bin] ?? 0) / different - (sums[bins + bin] ?? 0) / same);
      total += same;
    }
    return difference / total;
  };
}

/** The bin of equal width in which the text distance of each pair lies. */
function binsOf(pairs: readonly TextPair[]): number[] {
  const distances = pairs.map(({ textDistance }) => textDistance);
  const low = distances.reduce((least, distance) => Math.min(least, distance), Number.POSITIVE_INFINITY);
  const high = distances.reduce((most, distance) => Math.max(most, distance), 0);
  return distances.map(distance => Math.min(bins - 1, Math.floor((bins * (distance - low)) / (high - low || 1))));
}

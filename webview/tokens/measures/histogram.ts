import type { DataTable } from '../../../src/report/csv.ts';
import { count, counts } from '../../format.ts';
import { t } from '../../strings.ts';
import type { Measured } from './measures.ts';
import { placeOf, valueAt } from './scale.ts';

/** Tokens between two values of a measure. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly tokens: number;
}

const mostBins = 24;

/** How the tokens of a text lie over a measure's scale. */
export interface Histogram {
  readonly bins: readonly Bin[];
  /** Tokens that have a value, and those that have none. */
  readonly known: number;
  readonly unknown: number;
  readonly least: number;
  readonly median: number;
  readonly greatest: number;
}

/** Small whole numbers have a bin each. */
function binsOf({ measure, scale }: Measured): number {
  const [, high] = scale.ends;
  return measure.name === 'lost' && high < mostBins ? high + 1 : mostBins;
}

/** Counts the tokens in equal parts of the scale. */
export function histogramOf(measured: Measured): Histogram {
  const { values, scale } = measured;
  const length = binsOf(measured);
  const counts = new Uint32Array(length);
  const sorted = values.filter(value => !Number.isNaN(value)).sort();
  for (const value of sorted) {
    const bin = Math.min(length - 1, Math.floor(placeOf(scale, value) * length));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2
      ? (sorted[middle] ?? Number.NaN)
      : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
  return {
    bins: Array.from(counts, (tokens, i) => ({
      from: valueAt(scale, i / length),
      to: valueAt(scale, (i + 1) / length),
      tokens,
    })),
    known: sorted.length,
    unknown: values.length - sorted.length,
    least: sorted[0] ?? Number.NaN,
    median,
    greatest: sorted.at(-1) ?? Number.NaN,
  };
}

/** The same in words. */
export function histogramSummary({ measure }: Measured, { known, least, median, greatest, bins }: Histogram): string {
  if (!known) return t('{0}: no token has a value', measure.label);
  const fullest = bins.reduce((most, bin) => (bin.tokens > most.tokens ? bin : most));
  return t(
    '{0} of {1}: lowest {2}, median {3}, highest {4}; most of them, {5}, lie between {6} and {7}',
    measure.label,
    counts.tokens(known),
    measure.show(least),
    measure.show(median),
    measure.show(greatest),
    count(fullest.tokens),
    measure.show(fullest.from),
    measure.show(fullest.to),
  );
}

/** The bins as numbers. */
export const histogramTable = ({ bins }: Histogram): DataTable => ({
  columns: ['from', 'to', 'tokens'],
  rows: bins.map(({ from, to, tokens }) => [from, to, tokens]),
});

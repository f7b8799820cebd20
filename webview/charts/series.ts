import type { DataTable } from '../../src/report/csv.ts';
import type { Moment, SegmentView } from '../../src/views/protocol.ts';
import { t } from '../strings.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line over the evaluations; the first of several is of all segments together. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

/** Lines of single segments are drawn for this many at most: more would be a thicket. */
const mostSegments = 12;

/** What is drawn: of a moment, and of a segment in it; null where it is not known. */
export interface Measure {
  readonly ofMoment: (moment: Moment) => number | null;
  readonly ofSegment: (segment: SegmentView) => number | null;
  readonly unit: string;
  /** The greatest value that there can be; undefined where there is no such. */
  readonly most?: number;
  /** Drawn by its logarithm, where all values have one. */
  readonly byLogarithm: boolean;
}

/** The vertical axis of a chart. */
export interface ValueAxis {
  readonly unit: string;
  readonly logarithmic: boolean;
  /** Undefined takes what the data need. */
  readonly most?: number;
}

export const loss: Measure = {
  unit: t('nats per token'),
  byLogarithm: true,
  ofMoment: ({ loss }) => loss,
  ofSegment: ({ loss }) => loss,
};

/** In percent. */
export const accuracy: Measure = {
  unit: '%',
  most: 100,
  byLogarithm: false,
  ofMoment: ({ correct, predicted }) => (100 * correct) / Math.max(1, predicted.length),
  ofSegment: ({ correct, length }) => (100 * correct) / Math.max(1, length),
};

/** The axis on which a measure's lines are drawn. */
export function axisOf({ unit, most, byLogarithm }: Measure, series: readonly Series[]): ValueAxis {
  const logarithmic = byLogarithm && series.every(({ points }) => points.every(({ y }) => y > 0));
  return { unit, logarithmic, ...(most === undefined ? {} : { most }) };
}

/** Whether segments have lines of their own: when there are several, and not too many. */
export function hasSegmentLines(moments: readonly Moment[]): boolean {
  const segments = moments.at(-1)?.segments.length ?? 0;
  return segments >= 2 && segments <= mostSegments;
}

/** Segments may be split while they are trained: a line ends with its segment, and new ones begin. */
export function seriesOf(moments: readonly Moment[], measure: Measure): readonly Series[] {
  const whole = moments.flatMap(moment => {
    const y = measure.ofMoment(moment);
    return y === null ? [] : [{ x: moment.evaluations, y }];
  });
  const lines = hasSegmentLines(moments) ? segmentSeries(moments, measure) : [];
  return [{ name: t('All segments'), points: whole }, ...lines];
}

function segmentSeries(moments: readonly Moment[], { ofSegment }: Measure): readonly Series[] {
  const lines = new Map<string, { readonly name: string; readonly points: Point[] }>();
  for (const { evaluations, segments } of moments)
    for (const segment of segments) {
      const { start, length } = segment;
      const key = `${start}+${length}`;
      const line = lines.get(key) ?? { name: t('Tokens {0} to {1}', start + 1, start + length), points: [] };
      lines.set(key, line);
      const y = ofSegment(segment);
      if (y !== null) line.points.push({ x: evaluations, y });
    }
  return [...lines.values()];
}

/** One row for each evaluation, one column for each line. */
export function seriesTable(series: readonly Series[]): DataTable {
  const evaluations = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const values = series.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])));
  return {
    columns: ['evaluations', ...series.map(({ name }) => name)],
    rows: evaluations.map(x => [x, ...values.map(known => known.get(x) ?? null)]),
  };
}

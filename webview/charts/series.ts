import type { Moment, SegmentView } from '../../src/views/protocol.ts';
import { t } from '../strings.ts';
import type { DataTable } from './export.ts';

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
}

export const loss: Measure = {
  ofMoment: ({ objective }) => objective,
  ofSegment: ({ objective }) => objective,
};

/** In percent. */
export const accuracy: Measure = {
  ofMoment: ({ correct, predicted }) => (100 * correct) / Math.max(1, predicted.length),
  ofSegment: ({ correct, length }) => (100 * correct) / Math.max(1, length),
};

/** Segments may be split while they are trained: a line ends with its segment, and new ones begin. */
export function seriesOf(moments: readonly Moment[], { ofMoment, ofSegment }: Measure): readonly Series[] {
  const whole: Point[] = [];
  const segments = new Map<string, Point[]>();
  for (const moment of moments) {
    const { evaluations: x } = moment;
    const y = ofMoment(moment);
    if (y !== null) whole.push({ x, y });
    for (const segment of moment.segments) {
      const value = ofSegment(segment);
      if (value === null) continue;
      const key = t('Tokens {0} to {1}', segment.start + 1, segment.start + segment.length);
      const points = segments.get(key) ?? [];
      segments.set(key, points);
      points.push({ x, y: value });
    }
  }
  const drawn = segments.size >= 2 && segments.size <= mostSegments ? segments : [];
  return [{ name: t('All segments'), points: whole }, ...[...drawn].map(([name, points]) => ({ name, points }))];
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

import type { DataTable } from '../../../src/report/csv.ts';
import type { LossSurface } from '../../../src/runtime/results/connectivity.ts';
import { niceTicks } from '../../charts/colour-scale.ts';
import type { Cell } from '../../charts/heatmap.ts';
import { type CellTick, type Heatmap, rangeOf } from '../../charts/heatmap-data.ts';
import type { Pen } from '../../charts/svg-context.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { figure, percent } from '../../format.ts';
import { t } from '../../strings.ts';
import type { PathQuantity } from '../data/view-state.ts';

/** Where a coordinate lies among cells; 0.5 is the middle of the first one. */
function cellOf(coordinates: readonly number[], value: number): number {
  const [first = 0, second = 1] = coordinates;
  return (value - first) / (second - first || 1) + 0.5;
}

/** Length that the cells of an axis cover. */
const extent = (coordinates: readonly number[]): number =>
  (((coordinates.at(-1) ?? 1) - (coordinates[0] ?? 0)) * coordinates.length) / Math.max(1, coordinates.length - 1);

const ticksOf = (coordinates: readonly number[], parts: number): readonly CellTick[] =>
  niceTicks([coordinates[0] ?? 0, coordinates.at(-1) ?? 1], parts).map(value => ({
    at: cellOf(coordinates, value),
    label: figure(value),
  }));

type Point = readonly [number, number];

/** A line that can be seen on every colour: dark around, light inside. */
function trace(pen: Pen, points: readonly Point[], dash: readonly number[]): void {
  for (const [colour, width] of [
    ['#000', 4.5],
    ['#fff', 2],
  ] as const) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(colour === '#fff' ? [...dash] : []);
    pen.beginPath();
    for (const [i, [x, y]] of points.entries()) i ? pen.lineTo(x, y) : pen.moveTo(x, y);
    pen.stroke();
  }
  pen.setLineDash([]);
}

function dot(pen: Pen, [x, y]: Point, radius: number, colour: string): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
  pen.strokeStyle = '#000';
  pen.lineWidth = 1.5;
  pen.stroke();
}

function label(pen: Pen, text: string, [x, y]: Point, { fontFamily }: ChartTheme): void {
  pen.font = `bold 12px ${fontFamily}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'bottom';
  const { width } = pen.measureText(text);
  pen.fillStyle = 'rgba(0, 0, 0, 0.7)';
  pen.fillRect(x - width / 2 - 4, y - 26, width + 8, 17);
  pen.fillStyle = '#fff';
  pen.fillText(text, x, y - 10);
}

/** The plane as cells, both paths drawn over it. */
export function surfaceMap(surface: LossSurface, quantity: PathQuantity, ends: readonly [string, string]): Heatmap {
  const { x, y, first, second, curve, control } = surface;
  const line = [first, second];
  const [rows, columns] = [y.length, x.length];
  const numbers = quantity === 'accuracy' ? surface.accuracy : surface.nll;
  const values = new Float32Array(rows * columns);
  // The vertical coordinate grows upwards, rows go down.
  for (let row = 0; row < rows; row++)
    values.set(numbers.subarray((rows - 1 - row) * columns, (rows - row) * columns), row * columns);
  const place = ([across, up]: Point): Point => [cellOf(x, across), rows - cellOf(y, up)];
  return {
    rows,
    columns,
    values,
    range: quantity === 'accuracy' ? [0, 1] : rangeOf(values),
    unit: quantity === 'accuracy' ? t('accuracy') : t('nats'),
    x: { title: t('along the line'), groups: [], ticks: ticksOf(x, 6) },
    y: {
      title: t('across it'),
      groups: [],
      ticks: ticksOf(y, 5).map(({ at, label }) => ({ at: rows - at, label })),
    },
    shape: { aspect: extent(y) / extent(x) },
    overlay: (pen, toPixels, theme) => {
      const at = (point: Point): Point => toPixels(...place(point));
      trace(pen, line.map(at), [6, 4]);
      trace(pen, curve.map(at), []);
      dot(pen, at(control), 4, '#ffb000');
      dot(pen, at(first), 5, '#fff');
      dot(pen, at(second), 5, '#fff');
      label(pen, ends[0], at(first), theme);
      label(pen, ends[1], at(second), theme);
    },
  };
}

const indexOf = ({ x, y }: LossSurface, { row, column }: Cell): number => (y.length - 1 - row) * x.length + column;

/** Loss and accuracy at a cell. */
export function describePoint(surface: LossSurface, cell: Cell): string {
  const index = indexOf(surface, cell);
  return t(
    '{0} nats, {1} of the tokens right, {2} along the line and {3} across it',
    figure(surface.nll[index] ?? 0),
    percent(surface.accuracy[index] ?? 0),
    figure(surface.x[cell.column] ?? 0),
    figure(surface.y[surface.y.length - 1 - cell.row] ?? 0),
  );
}

/** A row for each point of the plane. */
export const surfaceTable = ({ x, y, nll, accuracy }: LossSurface): DataTable => ({
  columns: ['x', 'y', 'nll', 'accuracy'],
  rows: y.flatMap((up, row) =>
    x.map((across, column) => {
      const index = row * x.length + column;
      return [across, up, nll[index] ?? null, accuracy[index] ?? null];
    }),
  ),
});

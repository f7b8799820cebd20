import { legendTicks, scaleColour, shareOf } from './colour-scale.ts';
import type { CellAxis, Heatmap } from './heatmap-data.ts';
import type { Pen } from './svg-context.ts';
import type { ChartTheme } from './theme.ts';

/** How the names of rows are written, by how tall a row is at the least. */
const rowNames = [
  { which: 'long', least: 12, size: 11 },
  { which: 'short', least: 7, size: 8 },
] as const;
type RowNames = (typeof rowNames)[number];

/** Where the cells are in the picture, and how large the picture is. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** How the names of single rows are written beside the plot; null where rows are too low for them. */
  readonly names: RowNames | null;
  readonly total: { readonly width: number; readonly height: number };
}

const tallest = 560;
const bar = { gap: 14, width: 12, room: 66 } as const;
/** Pixels that a group needs for its name, for a line beside it, for a bold one. */
const least = { name: 13, line: 5, boldLine: 16 } as const;

/** Room for the names of the rows: as much as they need, and no more than a part of the picture. */
const roomFor = ({ groups, ticks, title }: CellAxis, width: number): number => {
  const longest = Math.max(3, ...groups.map(({ label }) => label.length), ...ticks.map(({ label }) => label.length));
  return Math.min(14 + longest * 6.5, Math.max(40, width * 0.2)) + (title ? 14 : 0);
};

/** Room for the names of single rows. */
const roomForNames = ({ names = [] }: CellAxis, { which, size }: RowNames): number =>
  10 + 0.6 * size * Math.max(...names.map(name => name[which].length));

/** Lays the picture out in a width. */
export function placeHeatmap(map: Heatmap, width: number): Placement {
  for (const names of map.y.names?.length ? rowNames : []) {
    const place = placeWith(map, width, names);
    if (place.height / map.rows >= names.least) return place;
  }
  return placeWith(map, width, null);
}

function placeWith({ x, y, shape, rows }: Heatmap, width: number, names: RowNames | null): Placement {
  const left = roomFor(y, width) + (names ? roomForNames(y, names) : 0);
  const top = 8;
  const bottom = 20 + (x.title ? 16 : 0);
  const most = Math.max(40, width - left - bar.room);
  const wanted = 'aspect' in shape ? most * shape.aspect : rows * shape.rowHeight;
  const height = 'aspect' in shape ? Math.min(tallest, wanted) : wanted;
  const plotWidth = 'aspect' in shape ? Math.min(most, height / shape.aspect) : most;
  return {
    left,
    top,
    width: Math.floor(plotWidth),
    height: Math.floor(height),
    names,
    total: { width, height: Math.ceil(top + height + bottom) },
  };
}

/** Paints cells, axes and the scale. */
export function paintHeatmap(pen: Pen, map: Heatmap, image: HTMLCanvasElement, place: Placement, theme: ChartTheme) {
  const { left, top, width, height, total } = place;
  pen.fillStyle = theme.background;
  pen.fillRect(0, 0, total.width, total.height);
  // Cells larger than pixels stay sharp; smaller ones are averaged.
  pen.imageSmoothingEnabled = map.columns > 2 * width;
  pen.drawImage(image, left, top, width, height);
  pen.lineWidth = 1;
  pen.strokeStyle = theme.line;
  pen.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  paintLines(pen, map, place, theme);
  map.overlay?.(pen, (column, row) => [left + (column / map.columns) * width, top + (row / map.rows) * height], theme);
  pen.font = `11px ${theme.fontFamily}`;
  pen.fillStyle = theme.muted;
  paintColumnNames(pen, map, place);
  paintRowNames(pen, map, place, theme);
  paintBar(pen, map, place, theme);
}

function paintLines(pen: Pen, { rows, columns, x, y }: Heatmap, place: Placement, theme: ChartTheme): void {
  pen.fillStyle = theme.background;
  const { left, top, width, height } = place;
  const across = thickness(x.groups, width);
  for (const { start } of across ? x.groups.slice(1) : [])
    pen.fillRect(left + Math.round((start / columns) * width - across / 2), top, across, height);
  const down = thickness(y.groups, height);
  for (const { start } of down ? y.groups.slice(1) : [])
    pen.fillRect(left, top + Math.round((start / rows) * height - down / 2), width, down);
}

/** Of the lines between groups: thin where they would hide much of the cells, none where they would hide most. */
function thickness(groups: CellAxis['groups'], size: number): number {
  const room = size / Math.max(1, groups.length);
  if (room < least.line) return 0;
  return room < least.boldLine ? 1 : 2;
}

function shortened(pen: Pen, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text;
  let end = text.length;
  while (end > 0 && pen.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return end ? `${text.slice(0, end)}…` : '';
}

function paintColumnNames(pen: Pen, { columns, x }: Heatmap, place: Placement): void {
  const xOf = (column: number): number => place.left + (column / columns) * place.width;
  const bottom = place.top + place.height;
  pen.textBaseline = 'top';
  pen.textAlign = 'center';
  let free = Number.NEGATIVE_INFINITY;
  for (const { start, length, label } of x.groups) {
    const middle = xOf(start + length / 2);
    const half = pen.measureText(label).width / 2;
    if (middle - half < free) continue;
    pen.fillText(label, middle, bottom + 6);
    free = middle + half + 6;
  }
  free = Number.NEGATIVE_INFINITY;
  for (const { at, label } of x.ticks) {
    const half = pen.measureText(label).width / 2;
    if (xOf(at) - half < free) continue;
    pen.fillText(label, xOf(at), bottom + 6);
    free = xOf(at) + half + 10;
  }
  if (x.title) pen.fillText(x.title, place.left + place.width / 2, bottom + 21);
}

function paintRowNames(pen: Pen, { rows, y }: Heatmap, place: Placement, { fontFamily }: ChartTheme): void {
  const yOf = (row: number): number => place.top + (row / rows) * place.height;
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  const { names } = place;
  const edge = place.left - 6 - (names ? roomForNames(y, names) : 0);
  const room = edge - 6 - (y.title ? 14 : 0);
  let free = Number.NEGATIVE_INFINITY;
  for (const { start, length, label } of y.groups) {
    const middle = yOf(start + length / 2);
    // Where not every name has room, some stand for their neighbours.
    if (middle - least.name / 2 < free) continue;
    pen.fillText(shortened(pen, label, room), edge, middle);
    free = middle + least.name / 2;
  }
  if (names) {
    pen.font = `${names.size}px ${fontFamily}`;
    for (const [row, name] of y.names?.entries() ?? []) pen.fillText(name[names.which], place.left - 6, yOf(row + 0.5));
    pen.font = `11px ${fontFamily}`;
  }
  for (const { at, label } of y.ticks) pen.fillText(label, place.left - 6, yOf(at));
  if (!y.title) return;
  pen.save();
  pen.translate(8, place.top + place.height / 2);
  pen.rotate(-Math.PI / 2);
  pen.textAlign = 'center';
  pen.fillText(y.title, 0, 0);
  pen.restore();
}

/** The colours beside the plot, with numbers. */
function paintBar(pen: Pen, { range, unit }: Heatmap, place: Placement, theme: ChartTheme): void {
  const left = place.left + place.width + bar.gap;
  const top = place.top + 16;
  const height = Math.max(24, Math.min(220, place.height - 16));
  const strips = Math.ceil(height);
  for (let i = 0; i < strips; i++) {
    const colour = scaleColour(1 - i / (strips - 1));
    pen.fillStyle = `#${((1 << 24) | colour).toString(16).slice(1)}`;
    pen.fillRect(left, top + i, bar.width, Math.min(1.5, height - i));
  }
  pen.strokeStyle = theme.line;
  pen.strokeRect(left - 0.5, top - 0.5, bar.width + 1, height + 1);
  pen.fillStyle = theme.muted;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  for (const { value, label } of legendTicks(range, height / 40))
    pen.fillText(label, left + bar.width + 5, top + (1 - shareOf(value, range)) * height);
  pen.textBaseline = 'top';
  pen.fillText(shortened(pen, unit, place.total.width - left), left, place.top - 4);
}

import { scaleColour, shareOf } from './colour-scale.ts';
import type { Pen } from './svg-context.ts';
import type { ChartTheme } from './theme.ts';

/** Rows or columns that belong together. */
export interface CellGroup {
  readonly start: number;
  readonly length: number;
  readonly label: string;
}

/** A number at a place along an axis; 0 is the outer edge of the first cell, 1 that of the second. */
export interface CellTick {
  readonly at: number;
  readonly label: string;
}

/** An axis has groups, which are divided from each other, or ticks. */
export interface CellAxis {
  readonly title: string;
  readonly groups: readonly CellGroup[];
  readonly ticks: readonly CellTick[];
  /** A name for each row and a short one, drawn beside those of the groups as far as rows are tall enough. */
  readonly names?: readonly { readonly long: string; readonly short: string }[];
}

/** Numbers as colours. */
export interface Heatmap {
  readonly rows: number;
  readonly columns: number;
  /** Row by row from the top; NaN stays empty. */
  readonly values: Float32Array;
  /** What the two ends of the scale stand for. */
  readonly range: readonly [number, number];
  /** What the numbers are. */
  readonly unit: string;
  readonly x: CellAxis;
  readonly y: CellAxis;
  /** Height of the plot over its width, or the height of a row in pixels. */
  readonly shape: { readonly aspect: number } | { readonly rowHeight: number };
  /** Drawn over the cells, in units of cells. */
  readonly overlay?: (pen: Pen, place: (column: number, row: number) => [number, number], theme: ChartTheme) => void;
}

/** One pixel a cell. */
export function heatmapImage({ rows, columns, values, range }: Heatmap): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, columns);
  canvas.height = Math.max(1, rows);
  const context = canvas.getContext('2d');
  if (!context || !values.length) return canvas;
  const image = context.createImageData(columns, rows);
  const { data } = image;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const colour = scaleColour(shareOf(value, range));
    data[4 * i] = colour >> 16;
    data[4 * i + 1] = (colour >> 8) & 255;
    data[4 * i + 2] = colour & 255;
    data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Least and greatest of the numbers that there are. */
export function rangeOf(values: Float32Array): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { Moment } from '../../src/views/protocol.ts';
import { type ChartTheme, pixelOf } from './theme.ts';

/** More than any screen shows of a raster's height. */
const mostRows = 800;

/** Probabilities are shaded by their logarithm, from this one on. */
const faintest = 1e-4;

/**
 * Between which opacities right and wrong tokens are shaded. Wrong is fainter than right, so that light and dark tell them
 * apart where colours do not.
 */
export const shades = { right: [0.55, 1], wrong: [0.22, 0.46] } as const;

/** How opaque a token is drawn, by the probability of the right one. */
export function opacityOf(right: boolean, probability: number): number {
  const [low, high] = right ? shades.right : shades.wrong;
  const share = 1 - Math.log10(Math.max(faintest, Math.min(1, probability || faintest))) / Math.log10(faintest);
  return low + share * (high - low);
}

/** How all tokens stood at all moments: one column for each moment, each row the mean of its tokens. */
export class StateImage {
  readonly canvas = document.createElement('canvas');
  private painted: unknown[] = [];

  /**
   * Paints anew only what is not painted yet: dragging over a raster changes nothing here.
   *
   * @param order tokens from top to bottom; null is the order of the text
   */
  update(
    tokens: readonly TextToken[],
    moments: readonly Moment[],
    order: readonly number[] | null,
    { right, wrong }: ChartTheme,
  ): HTMLCanvasElement {
    const wanted = [tokens, moments.length, moments.at(-1), order, right, wrong];
    if (wanted.every((part, i) => part === this.painted[i])) return this.canvas;
    this.painted = wanted;
    this.canvas.width = Math.max(1, moments.length);
    this.canvas.height = Math.max(1, Math.min(tokens.length, mostRows));
    const context = this.canvas.getContext('2d');
    if (!context) return this.canvas;
    const image = context.createImageData(this.canvas.width, this.canvas.height);
    const rows = order
      ? order.map(index => [index, tokens[index]?.id ?? -1] as const)
      : tokens.map(({ id }, i) => [i, id] as const);
    const colours = { right: pixelOf(right), wrong: pixelOf(wrong) };
    for (const [x, moment] of moments.entries()) paintColumn(image, x, rows, moment, colours);
    context.putImageData(image, 0, 0);
    return this.canvas;
  }
}

type Pixel = readonly [number, number, number, number];

function paintColumn(
  { data, width, height }: ImageData,
  x: number,
  rows: readonly (readonly [index: number, id: number])[],
  { predicted, probability }: Moment,
  { right, wrong }: { readonly right: Pixel; readonly wrong: Pixel },
): void {
  let row = 0;
  for (let y = 0; y < height; y++) {
    const end = Math.floor(((y + 1) * rows.length) / height);
    const first = row;
    let rightOpacity = 0;
    let wrongOpacity = 0;
    for (; row < end; row++) {
      const [index, id] = rows[row] ?? [-1, -1];
      const guess = predicted[index] ?? -1;
      if (guess < 0) continue;
      const opacity = opacityOf(guess === id, probability[index] ?? 0);
      if (guess === id) rightOpacity += opacity;
      else wrongOpacity += opacity;
    }
    const opacity = rightOpacity + wrongOpacity;
    if (!opacity) continue;
    const at = (y * width + x) * 4;
    for (let channel = 0; channel < 3; channel++)
      data[at + channel] = ((right[channel] ?? 0) * rightOpacity + (wrong[channel] ?? 0) * wrongOpacity) / opacity;
    data[at + 3] = (255 * opacity) / (end - first);
  }
}

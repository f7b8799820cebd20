import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { Moment } from '../../src/views/protocol.ts';
import { tokenCode } from '../data/token-state.ts';
import { type ChartTheme, pixelOf } from './theme.ts';

/** More than any screen shows of a raster's height. */
const mostRows = 800;

/**
 * How opaque each token code is. Wrong is fainter than right, so that light and dark tell them apart where colours do
 * not; unknown shows the background.
 */
const opacities = [0, 0.45, 0.7, 0.8, 0.9, 1] as const;
const wrongCode = 1;

/** How all tokens stood at all moments: one column for each moment, each row the mean of its tokens. */
export class StateImage {
  readonly canvas = document.createElement('canvas');
  private painted: unknown[] = [];

  /** Paints anew only what is not painted yet: dragging over a raster changes nothing here. */
  update(tokens: readonly TextToken[], moments: readonly Moment[], { right, wrong }: ChartTheme): HTMLCanvasElement {
    const wanted = [tokens, moments.length, moments.at(-1), right, wrong];
    if (wanted.every((part, i) => part === this.painted[i])) return this.canvas;
    this.painted = wanted;
    this.canvas.width = Math.max(1, moments.length);
    this.canvas.height = Math.max(1, Math.min(tokens.length, mostRows));
    const context = this.canvas.getContext('2d');
    if (!context) return this.canvas;
    const image = context.createImageData(this.canvas.width, this.canvas.height);
    const colours = { right: pixelOf(right), wrong: pixelOf(wrong) };
    for (const [x, moment] of moments.entries()) paintColumn(image, x, tokens, moment, colours);
    context.putImageData(image, 0, 0);
    return this.canvas;
  }
}

type Pixel = readonly [number, number, number, number];

function paintColumn(
  { data, width, height }: ImageData,
  x: number,
  tokens: readonly TextToken[],
  moment: Moment,
  { right, wrong }: { readonly right: Pixel; readonly wrong: Pixel },
): void {
  let index = 0;
  for (let y = 0; y < height; y++) {
    const end = Math.floor(((y + 1) * tokens.length) / height);
    const first = index;
    let rightOpacity = 0;
    let wrongOpacity = 0;
    for (; index < end; index++) {
      const token = tokens[index];
      const code = token ? tokenCode(token, moment, index) : 0;
      if (code === wrongCode) wrongOpacity += opacities[code];
      else rightOpacity += opacities[code];
    }
    const opacity = rightOpacity + wrongOpacity;
    if (!opacity) continue;
    const at = (y * width + x) * 4;
    for (let channel = 0; channel < 3; channel++)
      data[at + channel] = ((right[channel] ?? 0) * rightOpacity + (wrong[channel] ?? 0) * wrongOpacity) / opacity;
    data[at + 3] = (255 * opacity) / (end - first);
  }
}

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

// From node_modules: the command line runs in a clone only.
const { resolve } = createRequire(import.meta.url);
const fontFile = 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf';
const fontFamily = 'DejaVu Sans Condensed';
/** Pixels for each unit of the SVG: sharp in print and on a dense screen. */
const zoom = 2;

let loaded: Promise<Uint8Array> | undefined;

/** Loads the renderer once. @returns the font that all words are set in: the machine's own may lack any. */
async function font(): Promise<Uint8Array> {
  const [module, bytes] = await Promise.all([
    readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')),
    readFile(resolve(fontFile)),
  ]);
  await initWasm(module);
  return bytes;
}

/** An SVG file as a PNG file, as it looks on a light page. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  loaded ??= font();
  const fontBuffers = [await loaded];
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: { fontBuffers, defaultFontFamily: fontFamily, sansSerifFamily: fontFamily },
  });
  const image = resvg.render();
  const png = image.asPng();
  image.free();
  resvg.free();
  return png;
}

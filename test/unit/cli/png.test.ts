import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pngOf } from '../../../src/cli/png.ts';

const picture = (words: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20" font-family="Helvetica, Arial, sans-serif"><rect width="60" height="20" fill="#fff"/><text x="4" y="14" font-size="12" fill="#222">${words}</text></svg>`;

/** Width, height and the compressed rows of a PNG file. */
function read(png: Uint8Array): { readonly size: readonly [number, number]; readonly rows: Buffer } {
  const file = Buffer.from(png);
  const data: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  return { size: [file.readUInt32BE(16), file.readUInt32BE(20)], rows: inflateSync(Buffer.concat(data)) };
}

test('a picture as PNG has twice the size, and its words, in a font that is always there', async () => {
  const [empty, plain, signs] = await Promise.all(
    ['', 'mmm', '±×²'].map(async words => read(await pngOf(picture(words)))),
  );
  expect(empty?.size).toEqual([120, 40]);
  for (const drawn of [plain, signs]) expect(drawn?.rows.equals(empty?.rows ?? Buffer.alloc(0))).toBe(false);
  expect(plain?.rows.equals(signs?.rows ?? Buffer.alloc(0))).toBe(false);
});

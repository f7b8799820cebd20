import type { Locator } from 'playwright-core';

/** How many colours a part of the window shows: distinct ones that cover more than a few points, all greys as one. */
export async function coloursOf(part: Locator): Promise<number> {
  const png = (await part.screenshot()).toString('base64');
  return await part.page().evaluate(countColours, png);
}

/** Runs in the page. @param png a picture, in base64 */
async function countColours(png: string): Promise<number> {
  const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(png), byte => byte.charCodeAt(0))]));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the page cannot draw');
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const points = new Map<string, number>();
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    const isGrey = Math.max(red, green, blue) - Math.min(red, green, blue) < 48;
    const colour = isGrey ? 'grey' : [red, green, blue].map(part => part >> 6).join();
    points.set(colour, (points.get(colour) ?? 0) + 1);
  }
  return [...points.values()].filter(count => count > 40).length;
}

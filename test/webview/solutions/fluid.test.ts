import { describe, expect, test } from 'vitest';
import { skipReason } from '../support/browser.ts';
import { sampleDocument } from './support/sample.ts';
import { solutionsTests } from './support/solutions-page.ts';

const solutions = 200;

describe.skipIf(skipReason)(`${solutions} solutions${skipReason}`, () => {
  const tests = solutionsTests();

  test('are pointed at without anything being built or painted anew', async () => {
    const editor = await tests.open(sampleDocument(20, solutions / 20));
    const { page } = editor;
    const map = page.locator('proto-pairs-map .map');
    await map.waitFor();
    await map.evaluate(element => {
      const heatmap = (element.getRootNode() as ShadowRoot).host;
      const root = heatmap.shadowRoot;
      const seen = { changes: 0, painted: 0 };
      Object.assign(window, { seen });
      if (root)
        new MutationObserver(records => {
          seen.changes += records.length;
        }).observe(root, { attributes: true, childList: true, characterData: true, subtree: true });
      const paint = CanvasRenderingContext2D.prototype.drawImage;
      CanvasRenderingContext2D.prototype.drawImage = function (this: CanvasRenderingContext2D, ...values: unknown[]) {
        seen.painted++;
        Reflect.apply(paint, this, values);
      };
    });
    const box = await map.boundingBox();
    if (!box) throw new Error('The heatmap is not there.');
    const moves = 100;
    for (let i = 0; i < moves; i++) await page.mouse.move(box.x + 120 + i * 2, box.y + 20 + i * 2);
    const readout = page.locator('proto-pairs-map .readout');
    await expect.poll(() => readout.textContent()).toContain(' between ');
    const seen = await page.evaluate(() => (window as unknown as { seen: { changes: number; painted: number } }).seen);
    expect(seen.painted).toBe(0);
    expect(seen.changes).toBeGreaterThan(10);
    // The sentence of each pair, and nothing else.
    expect(seen.changes).toBeLessThanOrEqual(moves + 2);
    expect(editor.analysed('distances')).toHaveLength(1);
    // No element for a cell.
    expect(await map.evaluate(element => element.querySelectorAll('*').length)).toBe(2);
  });
});

import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { launch, type Site, serve } from '../support/browser.ts';
import { type ThemeName, themes } from '../support/themes.ts';
import { sampleDocument } from './support/sample.ts';
import { SolutionsPage } from './support/solutions-page.ts';

/** Pictures to look at, not to compare: SCREENSHOTS names a folder for them, else there are none. */
const folder = process.env.SCREENSHOTS;

describe.skipIf(!folder)('pictures of the editor of solutions', () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    browser = await launch();
    site = await serve('solutions');
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  const take = async ({ page }: SolutionsPage, name: string) => {
    const { width } = page.viewportSize() ?? { width: 900 };
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.max(500, height) });
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(folder ?? '', `solutions-${name}.png`) });
    await page.setViewportSize({ width, height: 800 });
  };

  describe.each(Object.keys(themes) as ThemeName[])('in %s', theme => {
    test.each([400, 1200])('at %i pixels', async width => {
      const editor = await SolutionsPage.open(browser, site.address, sampleDocument(8, 6), { theme, width });
      const { page } = editor;
      await page.locator('proto-pairs-map .map').hover({ position: { x: 190, y: 160 } });
      await take(editor, `${theme}-${width}-distances`);
      await page.getByRole('tab', { name: 'Connectivity' }).click();
      await take(editor, `${theme}-${width}-not-connected`);
      await page.getByRole('tab', { name: 'Distances' }).click();
      await page.locator('proto-pairs-map .map').press('ArrowRight');
      await page.locator('proto-pairs-map .map').press('Enter');
      await page.getByRole('button', { name: 'Connect 1 Pair' }).click();
      await page.getByRole('button', { name: 'Loss Surface' }).click();
      await page.locator('proto-surface .map').hover({ position: { x: 190, y: 120 } });
      await take(editor, `${theme}-${width}-pair`);
      await page.locator('proto-pairs-table tbody button').first().click();
      await page.mouse.move(0, 0);
      await page.getByRole('button', { name: /^Connect \d+ Pairs/ }).click();
      await page.waitForTimeout(200);
      await take(editor, `${theme}-${width}-all-pairs`);
      await page.getByRole('tab', { name: 'Solutions' }).click();
      await take(editor, `${theme}-${width}-list`);
      await page.locator('proto-solutions-list tbody button').first().click();
      await page.getByRole('button', { name: 'Probe', exact: true }).click();
      await page.locator('proto-probe .map').hover({ position: { x: 190, y: 120 } });
      await take(editor, `${theme}-${width}-probe`);
      await page.close();
    });
  });
});

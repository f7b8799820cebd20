import { join } from 'node:path';
import { describe, test } from 'vitest';
import { type ThemeName, themes } from '../support/themes.ts';
import { type RunsPage, runsTests } from './support/runs-page.ts';
import { document } from './support/sample.ts';

/** Pictures to look at, not to compare: SCREENSHOTS names a folder for them, else there are none. */
const folder = process.env.SCREENSHOTS;

describe.skipIf(!folder)('pictures of the page that compares runs', () => {
  const tests = runsTests();

  const take = async ({ page }: RunsPage, name: string) => {
    const { width } = page.viewportSize() ?? { width: 900 };
    const height = await page.evaluate(() => globalThis.document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.max(500, height) });
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(folder ?? '', `${name}.png`) });
  };

  describe.each(Object.keys(themes) as ThemeName[])('in %s', theme => {
    test.each([420, 1100])('at %i pixels', async width => {
      const two = await tests.open({ options: { theme, width }, chosen: ['run-1', 'run-3'] });
      await two.page.getByText('The runs differ in').waitFor();
      await take(two, `runs-${theme}-${width}-two`);
      const five = await tests.open({
        options: { theme, width },
        chosen: ['run-1', 'run-2', 'run-3', 'run-5', 'run-6'],
      });
      await five.page.getByText('The runs differ in').waitFor();
      await take(five, `runs-${theme}-${width}-five`);
      const empty = await tests.open({ options: { theme, width }, document: { ...document, runs: [] } });
      await take(empty, `runs-${theme}-${width}-empty`);
    });
  });
});

import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { GlossaryNews, GlossaryRequests } from '../../src/views/requests.ts';
import { seriousFindings } from './support/axe.ts';
import { skipReason } from './support/browser.ts';
import { pageTests } from './support/page-tests.ts';
import { HostPage } from './support/panel-page.ts';
import { type ThemeName, themes } from './support/themes.ts';

/** The page of the glossary; what it is told when it is ready is the term that is asked about. */
class GlossaryPage extends HostPage<GlossaryRequests, string, GlossaryNews> {
  static async open(browser: Browser, address: string, term: string, theme: ThemeName, width: number) {
    const page = await browser.newPage({ viewport: { width, height: 500 } });
    return await new GlossaryPage(page, {}).load(address, term, theme, 'proto-glossary');
  }

  protected override showing(term: string): GlossaryNews {
    return { type: 'term', term };
  }
}

describe.skipIf(skipReason)(`the page of the glossary${skipReason}`, () => {
  const openPage = pageTests('glossary');
  const open = (term: string, theme: ThemeName = 'dark', width = 800): Promise<GlossaryPage> =>
    openPage((browser, address) => GlossaryPage.open(browser, address, term, theme, width));

  test('puts the focus on the term that is asked about, in sight, and on the next one', async () => {
    const glossary = await open('Seed');
    for (const term of ['Seed', 'Accuracy', 'Verify']) {
      await glossary.send({ type: 'term', term });
      const heading = glossary.page.locator('section.asked h2:focus', { hasText: new RegExp(`^${term}$`) });
      await heading.waitFor();
      const top = await heading.evaluate(element => element.getBoundingClientRect().top);
      expect(top).toBeGreaterThan(40);
      expect(top).toBeLessThan(250);
    }
  });

  test('finds terms by what is said about them, and says when there is none', async () => {
    const { page } = await open('Seed');
    const terms = () => page.locator('section h2').allTextContents();
    const all = (await terms()).length;
    expect(all).toBeGreaterThan(40);
    await page.getByRole('searchbox').fill('attention SINK');
    expect(await terms()).toEqual(['Attention to e']);
    await page.getByRole('searchbox').fill('nothing like this');
    await page.getByText('No term holds “nothing like this”.').waitFor();
    await page.getByRole('searchbox').fill('');
    expect((await terms()).length).toBe(all);
  });

  test.each(Object.keys(themes) as ThemeName[])('is accessible and not too wide in the theme %s', async theme => {
    const glossary = await open('Arrangement', theme, 360);
    await glossary.page.locator('section.asked').waitFor();
    expect(await seriousFindings(glossary)).toEqual([]);
    expect(await glossary.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    if (process.env.SCREENSHOTS)
      await glossary.page.screenshot({ path: `${process.env.SCREENSHOTS}/glossary-${theme}.png` });
  });
});

import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seriousFindings } from './support/axe.ts';
import { skipReason } from './support/browser.ts';
import { panelTests } from './support/setup.ts';
import { type ThemeName, themes } from './support/themes.ts';

describe.skipIf(skipReason)(`an explained word${skipReason}`, () => {
  const tests = panelTests();
  const names = Object.keys(themes) as ThemeName[];

  async function openResult(options: { theme?: ThemeName; width?: number } = {}) {
    const panel = await tests.open({ ...tests.recording().job, status: 'finished' }, options);
    await panel.page.getByRole('tab', { name: 'Result' }).click();
    return { panel, page: panel.page };
  }

  const word = (page: Page, term: string): Locator =>
    page.locator(`proto-result proto-explained[term="${term}"]`).first();
  const shown = (page: Page): Locator => page.locator('.explanation:popover-open');

  test('says what it is when it has the focus, until Escape, which leaves the focus where it is', async () => {
    const { page } = await openResult();
    const button = word(page, 'Loss').getByRole('button');
    await button.focus();
    await shown(page).getByText('nats per token').waitFor();
    expect(await button.evaluate(element => element.getAttribute('aria-describedby'))).toBe('explanation');
    // It explains why a right text has a loss.
    expect(await shown(page).textContent()).toContain('does not end at zero');
    await page.keyboard.press('Escape');
    await shown(page).waitFor({ state: 'detached' });
    expect(await button.evaluate(element => element.matches(':focus'))).toBe(true);
    await page.keyboard.press('Enter');
    await shown(page).waitFor();
    await page.keyboard.press('Shift+Tab');
    await expect.poll(() => shown(page).filter({ hasText: 'does not end at zero' }).count()).toBe(0);
  });

  test('leads to the glossary, by keyboard', async () => {
    const { panel, page } = await openResult();
    await word(page, 'Seed').getByRole('button').focus();
    await shown(page).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => panel.asked('showGlossary')).toEqual([{ term: 'Seed' }]);
    await shown(page).waitFor({ state: 'detached' });
  });

  test('says what it is when it is pointed at, and the pointer may move onto what it says', async () => {
    const { page } = await openResult();
    await word(page, 'Arrangement').hover();
    await shown(page).waitFor();
    await shown(page).getByText('Table 1').hover();
    expect(await shown(page).getByText('Table 1').getAttribute('href')).toBe('https://arxiv.org/abs/2505.21189');
    await page.mouse.move(2, 2);
    await shown(page).waitFor({ state: 'detached' });
  });

  test('is not explained because it came to be under a pointer that rests', async () => {
    const { page } = await openResult();
    const button = word(page, 'Accuracy').getByRole('button');
    const { x, y } = (await button.boundingBox()) ?? { x: 0, y: 0 };
    await page.getByRole('tab', { name: 'Training' }).press('Enter');
    await page.mouse.move(x + 4, y + 4);
    await page.clock.install();
    await page.getByRole('tab', { name: 'Result' }).press('Enter');
    await expect.poll(() => button.evaluate(element => element.matches(':hover'))).toBe(true);
    await page.clock.runFor(2000);
    expect(await shown(page).count()).toBe(0);
    await page.mouse.move(x + 5, y + 5);
    await page.clock.runFor(2000);
    await shown(page).waitFor();
  });

  test.each([240, 400, 1200])('stays in a view of %i pixels', async width => {
    const { page } = await openResult({ width });
    for (const explained of await page.locator('proto-explained').filter({ visible: true }).all()) {
      await explained.getByRole('button').focus();
      await shown(page).waitFor();
      const box = await shown(page).boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(700);
    }
  });

  test.each(names)('is accessible in the theme %s', async theme => {
    const { panel, page } = await openResult({ theme });
    await word(page, 'Arrangement').getByRole('button').focus();
    await shown(page).waitFor();
    expect(await seriousFindings(panel)).toEqual([]);
  });
});

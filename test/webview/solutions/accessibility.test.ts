import { describe, expect, test } from 'vitest';
import { seriousFindings } from '../support/axe.ts';
import { skipReason } from '../support/browser.ts';
import { type ThemeName, themes } from '../support/themes.ts';
import { sample, solutionsTests } from './support/solutions-page.ts';

describe.skipIf(skipReason)(`accessibility of the editor of solutions${skipReason}`, () => {
  const tests = solutionsTests();

  test.each(Object.keys(themes) as ThemeName[])('in the theme %s', async theme => {
    const editor = await tests.open(sample, { theme });
    const { page } = editor;
    await page.locator('.scatter canvas').waitFor();
    expect(await seriousFindings(editor), 'distances').toEqual([]);
    await editor.openTab('Connectivity');
    await page.getByRole('button', { name: 'Connect 10 Pairs' }).click();
    await page.locator('proto-pairs-table tbody button').first().click();
    await page.getByRole('button', { name: 'Loss Surface' }).click();
    await page.locator('proto-surface .map').waitFor();
    expect(await seriousFindings(editor), 'connectivity').toEqual([]);
    await editor.openTab('Solutions');
    await page.locator('tbody button').first().click();
    await page.getByRole('button', { name: 'Probe', exact: true }).click();
    await page.locator('proto-probe .map').waitFor();
    expect(await seriousFindings(editor), 'solutions').toEqual([]);
  });

  test('nothing is wider than a narrow page', async () => {
    const editor = await tests.open(sample, { width: 400 });
    const { page } = editor;
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await page.locator('.scatter canvas').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await editor.openTab('Connectivity');
    await page.getByRole('button', { name: 'Connect 10 Pairs' }).click();
    await page.locator('proto-pairs-table tbody button').first().click();
    await page.getByRole('button', { name: 'Loss Surface' }).click();
    await page.locator('proto-surface .map').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await editor.openTab('Solutions');
    await page.locator('tbody button').first().click();
    await page.getByRole('button', { name: 'Probe', exact: true }).click();
    await page.locator('proto-probe .map').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
  });
});

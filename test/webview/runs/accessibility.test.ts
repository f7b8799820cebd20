import { describe, expect, test } from 'vitest';
import { seriousFindings } from '../support/axe.ts';
import { skipReason } from '../support/browser.ts';
import { type ThemeName, themes } from '../support/themes.ts';
import { runsTests } from './support/runs-page.ts';
import { document } from './support/sample.ts';

describe.skipIf(skipReason)(`accessibility of the page that compares runs${skipReason}`, () => {
  const tests = runsTests();

  test.each(Object.keys(themes) as ThemeName[])('in the theme %s', async theme => {
    const open = await tests.open({ options: { theme }, chosen: ['run-1', 'run-2', 'run-3', 'run-5', 'run-6'] });
    await open.page.getByText('The runs differ in').waitFor();
    expect(await seriousFindings(open)).toEqual([]);
    const empty = await tests.open({ options: { theme }, document: { ...document, runs: [] } });
    expect(await seriousFindings(empty)).toEqual([]);
  });

  test('everything is reached by the keyboard', async () => {
    const open = await tests.open({ chosen: ['run-1'] });
    await open.page.getByRole('searchbox', { name: 'Filter' }).focus();
    const box = open.page.locator('tr[data-run=run-2] input');
    const isFocused = () => box.evaluate(element => element.matches(':focus'));
    for (let presses = 0; presses < 60 && !(await isFocused()); presses++) await open.page.keyboard.press('Tab');
    expect(await isFocused()).toBe(true);
    await open.page.keyboard.press('Space');
    await expect.poll(() => open.asked('follow').at(-1)).toEqual({ ids: ['run-1', 'run-2'] });
    expect(await isFocused()).toBe(true);
  });
});

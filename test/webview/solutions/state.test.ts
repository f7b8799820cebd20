import { describe, expect, test } from 'vitest';
import { skipReason } from '../support/browser.ts';
import { sample, solutionsTests } from './support/solutions-page.ts';

describe.skipIf(skipReason)(`what the editor of solutions keeps${skipReason}`, () => {
  const tests = solutionsTests();

  test('comes back after a reload: tab, choices, pair', async () => {
    const editor = await tests.open();
    const { page } = editor;
    await page.getByRole('combobox', { name: 'Vectors' }).click();
    await page.getByRole('option', { name: 'm alone' }).click();
    const map = page.locator('proto-pairs-map .map');
    await map.press('ArrowRight');
    await map.press('ArrowRight');
    await map.press('Enter');
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('77');
    await page.getByRole('spinbutton', { name: 'Steps' }).press('Tab');
    await page.reload();
    await page.getByRole('button', { name: 'Connect 1 Pair' }).click();
    await expect.poll(() => editor.asked('connect')).toEqual([{ pairs: [[0, 2]], steps: 77, grid: 51 }]);
    await editor.openTab('Distances');
    await expect.poll(() => editor.asked('distances').at(-1)?.over).toBe('m');
  });

  test('is left behind when the file has become another one', async () => {
    const editor = await tests.open();
    await editor.openTab('Solutions');
    await editor.send({ type: 'show', document: { ...sample, name: 'another.solutions.json' } });
    await editor.page.getByRole('heading', { name: 'another.solutions.json' }).waitFor();
    expect(await editor.page.getByRole('tab', { name: 'Distances' }).getAttribute('aria-selected')).toBe('true');
  });

  test('says of a foreign file what it is, and leads to the text editor', async () => {
    const problem = 'This is not a file of solutions.';
    const editor = await tests.open({ kind: 'foreign', name: 'other.solutions.json', problem });
    await editor.page.getByText(problem).waitFor();
    await editor.page.getByRole('button', { name: 'Open with Text Editor' }).click();
    await expect.poll(() => editor.asked('act')).toEqual([{ action: 'openAsText' }]);
  });
});

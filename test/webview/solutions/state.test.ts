import { describe, expect, test } from 'vitest';
import { skipReason } from '../support/browser.ts';
import { connectionOf } from './support/paths.ts';
import { connectedBy, sample, solutionsTests } from './support/solutions-page.ts';

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
    await page.getByRole('spinbutton', { name: 'Budget, evaluations' }).fill('77');
    await page.getByRole('spinbutton', { name: 'Budget, evaluations' }).press('Tab');
    await page.reload();
    await page.getByRole('button', { name: 'Connect 1 Pair' }).click();
    await expect
      .poll(() => editor.asked('connect'))
      .toEqual([{ pairs: [[0, 2]], steps: 77, grid: 21, retrain: false }]);
    await editor.openTab('Distances');
    await expect.poll(() => editor.analysed('distances').at(-1)?.options.over).toBe('m');
  });

  test('is joined by the paths that the host has kept, and by work that goes on', async () => {
    const editor = await tests.open();
    const { page } = editor;
    await editor.openTab('Connectivity');
    const connected = connectedBy([connectionOf([0, 4], 21, 500)]);
    await editor.send({ type: 'show', document: sample, connected, progress: null });
    await page.locator('proto-pairs-table tbody tr').waitFor();
    expect(editor.asked('connect')).toEqual([]);
    await editor.send({ type: 'progress', progress: { share: 0.5, message: 'curve 5 of 10' } });
    await page.getByText('50%, curve 5 of 10').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => editor.asked('cancel').length).toBe(1);
    await editor.send({ type: 'progress', progress: null });
    await expect.poll(() => page.getByRole('progressbar').count()).toBe(0);
  });

  test('is left behind when the file has become another one', async () => {
    const editor = await tests.open();
    await editor.openTab('Solutions');
    const another = { ...sample, name: 'another.solutions.json' };
    await editor.send({ type: 'show', document: another, connected: connectedBy([]), progress: null });
    await editor.page.getByRole('heading', { name: 'another.solutions.json' }).waitFor();
    expect(await editor.page.getByRole('tab', { name: 'Distances' }).getAttribute('aria-selected')).toBe('true');
  });

  test('says of a foreign file what it is, and leads to the text editor', async () => {
    const problem = 'This is not a file of solutions.';
    const editor = await tests.open({
      kind: 'foreign',
      name: 'other.solutions.json',
      problem,
      offers: ['openAsText', 'retry'],
    });
    await editor.page.getByText(problem).waitFor();
    await editor.page.getByRole('button', { name: 'Open with Text Editor' }).click();
    await expect.poll(() => editor.asked('act')).toEqual([{ action: 'openAsText' }]);
  });
});

import { expect, test } from 'vitest';
import { endlessChoices, endlessText } from '../support/endless-text.ts';
import { evaluationsIn, Panel, scoreIn } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: { 'noise.txt': `${endlessText}\n`, 'other.txt': 'Something else.\n' },
  settings: endlessChoices,
});
const evaluations = async (panel: Panel): Promise<number> => evaluationsIn(await panel.facts());

test('a job is watched as it learns; cancelled it keeps its progress, and it goes on when asked', async () => {
  const { workbench } = session();
  await workbench.openFile('noise.txt');
  await workbench.selectLine('noise.txt', endlessText.slice(0, 20));
  await workbench.command('Compress Selection to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.untilLearning();
  const early = await panel.chips();
  await workbench.codeLens('left').waitFor();
  await panel.pointAt(50);
  await expect.poll(() => panel.chips()).not.toEqual(early);
  await panel.button('cancel').click();
  await panel.status('Cancelled').waitFor();
  // The header, the editor, the list and the result tell one number.
  const { correct, tokens } = scoreIn(await panel.facts());
  expect(correct).toBeGreaterThan(0);
  expect(correct).toBeLessThan(tokens);
  const told = `${correct} of ${tokens} tokens`;
  await workbench.codeLens(told).waitFor();
  await workbench.statusBarItem(told).waitFor();
  await panel.openTab('result');
  await panel.frame.locator('proto-result', { hasText: 'Corrections in the file' }).waitFor();
  await panel.frame.locator('proto-result', { hasText: told }).waitFor();
  await panel.openTab('tokens');
  const before = await evaluations(panel);

  await panel.button('resume').click();
  await panel.status('Training').waitFor();
  await expect.poll(() => evaluations(panel)).toBeGreaterThan(before);
  await panel.button('cancel').click();
  await panel.status('Cancelled').waitFor();
});

test('progress is a notification only while the panel does not show it', async () => {
  const { workbench, picture } = session();
  const { page } = workbench;
  const panel = await Panel.ofJob(workbench);
  await panel.button('resume').click();
  await panel.status('Training').waitFor();
  const progress = workbench.notification('Compressing noise.txt');
  await workbench.codeLens('left').waitFor();
  expect(await progress.count()).toBe(0);

  // A file in front of the panel hides it.
  const tab = page.locator('.tab', { hasText: 'Proto-Tokens: noise.txt' });
  await tab.click();
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'other.txt' }).click();
  await progress.waitFor();
  // One format and one count: accuracy and time left, as the editor and the status bar have them.
  await expect.poll(() => progress.textContent()).toMatch(/\d+ of \d+ tokens, [\d:]+ left/);
  await picture('progress while the panel is hidden');
  await tab.click();
  await progress.waitFor({ state: 'detached' });
  const again = await Panel.ofJob(workbench);
  await again.button('cancel').click();
  await again.status('Cancelled').waitFor();
});

test('a window that is reloaded in mid-job offers to go on, and shows the panel again', async () => {
  const { workbench } = session();
  const shown = await Panel.ofJob(workbench);
  await shown.button('resume').click();
  await shown.status('Training').waitFor();
  const before = await evaluations(shown);
  await expect.poll(() => evaluations(shown)).toBeGreaterThan(before);
  await workbench.reload();

  await workbench.notification('was interrupted').waitFor();
  const panel = await Panel.ofJob(workbench);
  await panel.status('Interrupted').waitFor();
  await panel.frame.locator('.facts', { hasText: 'evaluations' }).waitFor();
  const known = await evaluations(panel);
  expect(known).toBeGreaterThanOrEqual(before);
  await workbench.answer('was interrupted', 'Resume');
  await panel.status('Training').waitFor();
  await expect.poll(() => evaluations(panel)).toBeGreaterThan(known);
  await panel.button('cancel').click();
  await panel.status('Cancelled').waitFor();
});

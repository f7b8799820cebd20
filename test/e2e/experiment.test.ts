import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { expect, test } from 'vitest';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({ files: { 'notes.txt': 'The lamp burned all night, and the keeper walked down.\n' } });

const header = (frame: Frame) => frame.locator('proto-experiment-header');

test('an experiment is chosen, fills its page as it runs, and goes on after a cancel and a reload', async () => {
  const { workbench, workspace, picture } = session();
  const { page } = workbench;
  const input = page.locator('.quick-input-widget input[type="text"]');
  const step = (title: string) => page.locator('.quick-input-titlebar', { hasText: title }).waitFor();
  await workbench.command('Proto-Tokens: Run Experiment');
  await step('(1/5)');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Table 1' }).waitFor();
  await picture('experiment-choose');
  await input.fill('arrangements');
  await page.keyboard.press('Enter');
  await step('(2/5)');
  await page.keyboard.press('Enter');
  await step('(3/5)');
  // The estimate: five arrangements, six lengths, five texts; at one token one of them is none.
  await page
    .locator('.quick-input-list .monaco-list-row', { hasText: /quick.*at most 1\d\d cells, [\d,]+ evaluations/ })
    .waitFor();
  await picture('experiment-preset');
  await page.keyboard.press('Enter');
  await step('(4/5)');
  await input.fill('lengths=0');
  await page.locator('.quick-input-message', { hasText: 'The option lengths' }).waitFor();
  await input.fill('lengths=1000');
  await page.locator('.quick-input-message', { hasText: 'No text is as long as these settings ask for' }).waitFor();
  await input.fill('lengths=1 texts=2');
  await page.locator('.quick-input-message', { hasText: /at most \d+ cells/ }).waitFor();
  await picture('experiment-settings');
  await input.fill('');
  await page.keyboard.press('Enter');
  await step('(5/5)');
  await expect.poll(() => input.inputValue()).toBe('experiments/arrangements');
  await page.keyboard.press('Enter');

  const frame = await workbench.webview('proto-experiment-header h1');
  await frame.locator('.table-1 td', { hasText: '1.00' }).first().waitFor();
  await frame.locator('proto-experiment-figure svg').waitFor();
  await workbench.openView('Proto-Tokens');
  const listed = workbench.treeItem('Experiment arrangements');
  await expect.poll(() => listed.textContent()).toMatch(/\d+ of \d+ cells/);
  await picture('experiment-running');
  await frame.locator('vscode-button[data-action=cancel]').click();
  await header(frame).locator('.badge', { hasText: 'not complete' }).waitFor();
  await listed.waitFor({ state: 'detached' });
  await workbench.notification('the cells so far are kept').waitFor();

  const folder = join(workspace, 'experiments', 'arrangements');
  const kept = readFileSync(join(folder, 'cells.jsonl'), 'utf8').trimEnd().split('\n');
  expect(kept.length).toBeGreaterThan(4);
  for (const file of ['report.md', 'accuracy.svg', 'table-1.csv']) expect(existsSync(join(folder, file))).toBe(true);

  await frame.locator('vscode-button[data-action=continue]').click();
  await expect.poll(() => listed.textContent()).toMatch(/\d+ of \d+ cells/);
  await workbench.reload();
  await workbench.notification('Experiment arrangements was interrupted').waitFor();
  await listed.getByText('interrupted').waitFor();
  const again = await workbench.webview('proto-experiment-header .badge', 'not complete');
  // So small that it ends soon.
  const request = JSON.parse(readFileSync(join(folder, 'experiment.json'), 'utf8'));
  writeFileSync(join(folder, 'experiment.json'), JSON.stringify({ ...request, settings: { lengths: [1] } }));
  await workbench.choose('Proto-Tokens: Continue Experiment', 'experiments/arrangements');
  await header(again)
    .locator('.badge', { hasText: /^\s*complete/ })
    .waitFor();
  await listed.waitFor({ state: 'detached' });
  await workbench.notification('is complete').waitFor();
  await again.locator('vscode-button[data-action=openReport]').click();
  const report = await workbench.webview('h1', 'arrangements: mean accuracy');
  await report.locator('img[src*="accuracy.svg"]').waitFor();
  await picture('experiment-report');
});

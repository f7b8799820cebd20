import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSolutions } from '../../src/runtime/files/solutions-file.ts';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: { 'story.txt': 'The sea was calm.\nI will go home now, he said to her.' },
  file: 'story.txt',
});
const kept = 'story.txt.solutions.json';

test('from two selections to the heatmap, the curve and the probe, and once more from the file', async () => {
  const { workbench, workspace, picture } = session();
  // A cursor in every line, each with its line selected.
  await workbench.selectLine('story.txt', 'sea was calm');
  for (const keys of ['Control+A', 'Shift+Alt+I', 'Shift+Home']) await workbench.page.keyboard.press(keys);
  await workbench.statusBarItem('2 selections').waitFor();
  await workbench.command('Proto-Tokens: Find More Solutions');
  const input = workbench.page.locator('.quick-input-widget input[type="text"]');
  await input.fill('3');
  await workbench.page.keyboard.press('Enter');

  // Every pair has its place in the heatmap, and its distance is told to those who do not see it.
  const editor = await Panel.ofSolutions(workbench);
  await editor.frame.locator('proto-pairs-map canvas').first().waitFor();
  await expect.poll(() => editor.drawnCanvases()).toBeGreaterThan(0);
  await picture('solutions-distances');
  const file = readSolutions(readFileSync(join(workspace, kept)), kept);
  expect(file.texts.map(({ text }) => text)).toEqual(['The sea was calm.', 'I will go home now, he said to her.']);
  expect(file.solutions).toHaveLength(6);
  const pairs = async (kind: string) =>
    Number((await editor.frame.locator(`tr[data-kind=${kind}] td`).allTextContents())[0]);
  expect(await pairs('same-text')).toBe(6);
  expect(await pairs('different-context')).toBe(9);

  await editor.openTab('connectivity');
  await editor.frame.locator('proto-connect-bar vscode-button').first().click();
  await editor.frame.locator('proto-pairs-table tbody tr').nth(2).waitFor();
  const { curves } = readSolutions(readFileSync(join(workspace, kept)), kept);
  expect(curves).toHaveLength(await editor.frame.locator('proto-pairs-table tbody tr').count());
  await editor.frame.locator('proto-pairs-table tbody button').first().click();
  await editor.frame.locator('[data-path=curve] .chip').first().waitFor();
  await picture('solutions-connectivity');
  await editor.frame.getByRole('button', { name: 'Loss surface' }).click();
  await editor.frame.locator('proto-surface .map').waitFor();

  await editor.openTab('solutions');
  await editor.frame.locator('tbody button').first().click();
  await editor.frame.getByRole('button', { name: 'Probe', exact: true }).click();
  await editor.frame.locator('proto-probe .map').first().waitFor();
  await picture('solutions-probe');

  // The file brings its curves along.
  await workbench.page.keyboard.press('Control+W');
  await workbench.openFile(kept);
  const again = await Panel.ofSolutions(workbench);
  await again.openTab('connectivity');
  await again.frame.locator('proto-pairs-table tbody tr').nth(2).waitFor();

  // It stands in the view of files, with what it holds, and opens from there.
  await workbench.page.keyboard.press('Control+W');
  await workbench.openView('Proto-Tokens');
  const listed = workbench.treeItem(kept);
  await expect.poll(() => listed.textContent()).toContain(`6 solutions, 2 texts, ${curves.length} curves`);
  await picture('files-view');
  await listed.click();
  await Panel.ofSolutions(workbench);
});

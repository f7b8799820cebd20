import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { focusOf } from './harness/focus.ts';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const sentence = 'The lamp burned all night, and the sea was calm as never before.';
const session = useVsCode({ files: { 'notes.txt': `${sentence}\n` }, file: 'notes.txt' });

test('the whole path without a mouse', async () => {
  const { workbench, workspace } = session();
  const { page } = workbench;
  await workbench.command('View: Focus Active Editor Group');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Shift+End');
  await workbench.statusBarItem('selected)').waitFor();
  await page.keyboard.press('Shift+F10');
  await page.locator('.monaco-menu .action-item', { hasText: 'Compress Selection to Proto-Tokens' }).waitFor();
  // Typing goes to the next entry that begins with the letter.
  const chosen = page.locator('.monaco-menu .action-item.focused', { hasText: 'Compress Selection' });
  for (let presses = 0; presses < 10 && !(await chosen.count()); presses++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');

  const panel = await Panel.ofJob(workbench);
  await panel.status('Finished').waitFor();
  const first = await panel.frame.locator('proto-job-header h1').textContent();
  expect(first).toBe('notes.txt:1');
  // The panel has opened beside the text, which keeps the focus.
  expect(await focusOf(page)).toBe('text');

  // The same once more with the shortcut.
  await page.keyboard.press('Control+Alt+T');
  await workbench.codeLens('2 of 2').waitFor();
  await panel.status('Finished').waitFor();
  expect(await focusOf(page)).toBe('text');

  // A token that is chosen in the panel is selected in the text; the focus stays, and the next key changes nothing.
  await panel.frame.locator('.field .chip').nth(2).focus();
  await page.keyboard.press('Enter');
  const selected = workbench.editor('notes.txt').locator('.selected-text').first();
  await expect.poll(async () => (await selected.boundingBox())?.width ?? 0).toBeLessThan(60);
  expect(await focusOf(page)).toBe('webview');
  await page.keyboard.press('x');
  expect(await workbench.editor('notes.txt').locator('.view-line').first().textContent()).toContain('night');
  expect(await page.locator('.tab.dirty').count()).toBe(0);

  await workbench.command('Proto-Tokens: Save to Workspace');
  await workbench.notification('Saved as notes.txt.tokens.proto').waitFor();
  expect(existsSync(join(workspace, 'notes.txt.tokens.proto'))).toBe(true);

  await workbench.openFile('notes.txt.tokens.proto');
  const editor = await Panel.ofFile(workbench);
  await editor.frame.locator('proto-overview').waitFor();
  await workbench.command('Proto-Tokens: Decode File to New Document');
  await expect.poll(() => workbench.untitledText()).toBe(sentence);
});

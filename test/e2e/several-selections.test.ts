import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: { 'story.txt': 'The sea was calm.\nI will go home now.' },
  file: 'story.txt',
});

test('each selection is a job; the one that the panel does not show says in a message what has become of it', async () => {
  const { workbench, picture } = session();
  const { page } = workbench;
  await workbench.selectLine('story.txt', 'sea was calm');
  for (const keys of ['Control+A', 'Shift+Alt+I', 'Shift+Home']) await page.keyboard.press(keys);
  await workbench.statusBarItem('2 selections').waitFor();
  await page.keyboard.press('Control+Alt+T');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Finished').waitFor();
  expect(await panel.frame.locator('proto-job-header h1').textContent()).toBe('story.txt:1');

  const message = workbench.notification('story.txt:2: These');
  await message.waitFor();
  expect(await message.textContent()).toContain('now live in 2 vectors of 768 numbers.');
  expect(await message.locator('.monaco-button').allTextContents()).toEqual([
    'Decode',
    'Save',
    'Break It',
    'Look Inside',
  ]);
  await picture('an outcome that the panel does not show');
  expect(await workbench.notification('story.txt:1').count()).toBe(0);
  await workbench.answer('story.txt:2: These', 'Look Inside');
  const file = await Panel.ofFile(workbench);
  expect(await file.frame.locator('proto-file-header h1').textContent()).toBe('story.txt.tokens.proto');
});

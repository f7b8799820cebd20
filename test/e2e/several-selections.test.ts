import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: {
    'story.txt': 'The sea was calm.\nI will go home now.',
    'tale.txt': 'It was late.\nThe door was open.\nNobody came.',
  },
  file: 'story.txt',
});

/** Compresses every line of a file, each as a selection of its own. */
async function compressLines(file: string, words: string, lines: number): Promise<void> {
  const { workbench } = session();
  const { keyboard } = workbench.page;
  await workbench.selectLine(file, words);
  for (const keys of ['Control+A', 'Shift+Alt+I', 'Shift+Home']) await keyboard.press(keys);
  await workbench.statusBarItem(`${lines} selections`).waitFor();
  await keyboard.press('Control+Alt+T');
}

test('each selection is a job; the one that the panel does not show says in a message what has become of it', async () => {
  const { workbench, picture } = session();
  await compressLines('story.txt', 'sea was calm', 2);
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

test('several that the panel does not show are told at once, and can be compared', async () => {
  const { workbench, picture } = session();
  await workbench.openFile('tale.txt');
  await compressLines('tale.txt', 'It was late', 3);
  const message = workbench.notification('2 texts are compressed, and every token comes out right.');
  await message.waitFor();
  await expect.poll(() => workbench.notification('tale.txt:').count()).toBe(0);
  await picture('outcomes of two texts that the panel does not show');
  await workbench.answer('2 texts are compressed', 'Compare Runs');
  const runs = await workbench.webview('proto-runs-table tr.chosen');
  await runs.locator('proto-runs-table tr.chosen').nth(1).waitFor();
  expect(await runs.locator('proto-runs-table tr.chosen .name').allTextContents()).toEqual([
    expect.stringContaining('Nobody came.'),
    expect.stringContaining('The door was open.'),
  ]);
});

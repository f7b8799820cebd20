import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const schema = 'syntax = "proto3";\n\nmessage Lamp {\n  bool lit = 1;\n}\n';
const session = useVsCode({
  files: {
    'lamp.proto': schema,
    'other.proto': new Uint8Array(64).fill(7, 3, 40),
    'sea.txt': 'The sea was calm.\n',
  },
});

test('a Protocol Buffers schema opens as text; our editor says what a file is that is not ours', async () => {
  const { workbench, picture } = session();
  const { page } = workbench;
  await workbench.openFile('lamp.proto');
  await workbench.editor('lamp.proto').locator('.view-line', { hasText: 'message Lamp' }).waitFor();

  for (const [name, says] of [
    ['lamp.proto', 'Protocol Buffers'],
    ['other.proto', 'not'],
  ] as const) {
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).click({ button: 'right' });
    await page.locator('.monaco-menu .action-item', { hasText: /^Proto-Tokens$/ }).hover();
    await workbench.chooseFromMenu('Open with Proto-Tokens');
    const frame = await workbench.webview('proto-foreign h1', name);
    expect(await frame.locator('proto-foreign p').textContent()).toContain(says);
    await picture(`foreign ${name}`);
    await page.keyboard.press('Control+F4');
  }
});

test('the whole of a file is compressed from the explorer; a file of a model that is not installed says so', async () => {
  const { workbench, workspace, picture } = session();
  const { page } = workbench;
  const another = { 'protoTokens.model': join(import.meta.dirname, '../fixtures/models/neox-parallel-f32') };
  workbench.configure(another);
  await workbench.statusBarItem('Proto-Tokens: neox-parallel-f32').waitFor();
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'sea.txt' }).click({ button: 'right' });
  await workbench.chooseFromMenu('Compress File to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Finished').waitFor();
  await panel.button('save').click();
  await workbench.notification('Saved as sea.txt.tokens.proto').waitFor();
  expect(readFileSync(join(workspace, 'sea.txt'), 'utf8')).toBe('The sea was calm.\n');

  workbench.configure({});
  await workbench.statusBarItem('Proto-Tokens: demo model').waitFor();
  await workbench.openFile('sea.txt.tokens.proto');
  const editor = await Panel.ofFile(workbench);
  await editor.openTab('tokens');
  await editor.frame.locator('[role="alert"]', { hasText: 'model' }).waitFor();
  await picture('file of another model');
  workbench.configure(another);
  await expect.poll(async () => (await editor.chips()).length).toBeGreaterThan(3);
});

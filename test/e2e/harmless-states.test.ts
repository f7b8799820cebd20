import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const long = Array.from({ length: 150 }, (_, i) => `The keeper counted ship ${i} as it went by in the night.`).join(
  '\n',
);
const session = useVsCode({
  files: {
    'empty.txt': '',
    'long.txt': `${long}\n`,
    'picture.bin': Uint8Array.of(0, 255, 1, 0, 7, 0, 0, 200, 0),
    'sea.txt': 'The sea was calm.\n\n   \n',
    'white.txt': ' \n\t\n',
  },
  // How well the sample is learned is all the same here.
  settings: { 'protoTokens.recipe': 'paper', 'protoTokens.budget': 12 },
});

/** Asks for a file to be compressed, in the explorer. */
async function compressFile(name: string): Promise<void> {
  const { workbench } = session();
  await workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).click({ button: 'right' });
  await workbench.chooseFromMenu('Compress File to Proto-Tokens');
}

/** Waits for a message that is information, and has these buttons. */
async function information(text: string, buttons: readonly string[]): Promise<void> {
  const { workbench } = session();
  const message = workbench.notification(text);
  await message.waitFor();
  expect(await message.locator('.codicon-info').count()).toBe(1);
  expect(await message.locator('.monaco-button').allTextContents()).toEqual(buttons);
}

test('nothing to compress in a file is information with a way on', async () => {
  const { workbench, picture } = session();
  for (const [name, says] of [
    ['empty.txt', 'empty.txt is empty'],
    ['white.txt', 'white.txt holds only white space'],
    ['picture.bin', 'picture.bin is a binary file'],
  ] as const) {
    await compressFile(name);
    await information(says, ['Try a Sample']);
  }
  await picture('nothing to compress');
  await workbench.dismissNotifications();
});

test('nothing selected: the whole file or a sample, which is opened once', async () => {
  const { workbench, picture } = session();
  const { page } = workbench;
  // There is no editor at all: the sample is taken.
  await workbench.command('Proto-Tokens: Open a Sample Text');
  await workbench.statusBarItem('selected)').waitFor();
  await page.keyboard.press('Home');
  await workbench.statusBarItem('selected)').waitFor({ state: 'hidden' });
  // It is selected again when it has been shown again, and has taken the focus: then keys go where they should.
  await workbench.command('Proto-Tokens: Open a Sample Text');
  await workbench.statusBarItem('selected)').waitFor();
  expect(await workbench.tabs()).toHaveLength(1);

  await workbench.openFile('sea.txt');
  await workbench.command('Compress Selection to Proto-Tokens');
  await information('Nothing is selected in sea.txt.', ['Compress Whole File', 'Try a Sample']);
  await picture('nothing selected');
  await workbench.editor('sea.txt').locator('.view-line').nth(2).click();
  await page.keyboard.press('Shift+Home');
  await workbench.command('Compress Selection to Proto-Tokens');
  await information('Only white space is selected in sea.txt', ['Compress Whole File', 'Try a Sample']);
  await workbench.answer('Only white space is selected', 'Try a Sample');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Finished').waitFor();
  expect(await panel.frame.locator('proto-job-header h1').textContent()).toBe('sample.md:1');
  await workbench.dismissNotifications();

  await workbench.openFile('long.txt');
  await workbench.command('Proto-Tokens: Find Solutions of Continuations');
  await information('Select one or several contexts first', ['Use Whole File']);
  await workbench.answer('Select one or several contexts', 'Use Whole File');
  await page.locator('.quick-input-message', { hasText: 'Continuations of each context' }).waitFor();
  await page.keyboard.press('Escape');
  await workbench.dismissNotifications();
});

test('a folder that holds no model leads back to the list of models', async () => {
  const { workbench, workspace, picture } = session();
  const { page } = workbench;
  workbench.configure({ 'protoTokens.model': join(workspace, 'nothing') });
  await workbench.statusBarItem('Proto-Tokens: nothing').waitFor();
  await compressFile('sea.txt');
  await information('This folder holds no model: config.json is missing.', ['Choose Another ...']);
  await picture('no model');
  await workbench.answer('holds no model', 'Choose Another');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Demo model' }).waitFor();
  await page.keyboard.press('Escape');
  workbench.configure({});
  await workbench.statusBarItem('Proto-Tokens: demo model').waitFor();
});

test('a long text is asked about first, with its tokens and the time', async () => {
  const { workbench, picture } = session();
  const { page } = workbench;
  await compressFile('long.txt');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  expect(await dialog.textContent()).toMatch(
    /Compress [\d,]+ tokens of long.txt\?.*at least \d+ segments.*takes (?:about|more than) .* pace/s,
  );
  await picture('a long text');
  await dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  await workbench.openView('Proto-Tokens');
  await workbench.treeItem('The lamp burned all').waitFor();
  expect(await workbench.treeItem('The keeper counted').count()).toBe(0);
});

import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: {
    'story.txt': 'The lamp burned all night, and in the morning the keeper walked down to the village for bread.\n',
  },
  file: 'story.txt',
  // So few that some tokens stay wrong.
  settings: { 'protoTokens.recipe': 'paper', 'protoTokens.budget': 12 },
});

const themes = {
  dark: ['Default Dark Modern', 'vscode-dark'],
  light: ['Default Light Modern', 'vscode-light'],
  'high contrast': ['Default High Contrast', 'vscode-high-contrast'],
  'high contrast light': ['Default High Contrast Light', 'vscode-high-contrast-light'],
} as const;

test('two runs of a text are told apart in the list, renamed, removed and brought back', async () => {
  const { workbench, picture } = session();
  const { page } = workbench;
  await workbench.selectLine('story.txt', 'lamp burned');
  await workbench.command('Compress Selection to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Finished').waitFor();
  await workbench.command('Proto-Tokens: Try Another Seed');
  await workbench.openView('Proto-Tokens');
  const second = workbench.treeItem('seed 1');
  await second.locator('.codicon-warning').waitFor();
  const first = workbench.treeItem('seed 0');
  // The first words of the text, how many tokens are right, and what it was made with.
  await expect
    .poll(() => first.textContent())
    .toMatch(/^The lamp burned all ….*\d+ of 2\d · seed 0 · paper · demo-model/);
  expect(await first.getAttribute('aria-label')).toMatch(/^The lamp burned all ….*some tokens wrong, \d+ of/);

  await second.click();
  await page.keyboard.press('F2');
  await page.locator('.quick-input-widget input[type="text"]').fill('another start');
  await page.keyboard.press('Enter');
  await workbench.treeItem('another start').waitFor();
  await panel.frame.locator('h1', { hasText: 'another start' }).waitFor();

  await workbench.treeItem('another start').hover();
  await page.locator('.monaco-hover', { hasText: 'Arrangement' }).waitFor();
  await picture('jobs');
  await workbench.treeItem('another start').click();
  await page.keyboard.press('Delete');
  await workbench.treeItem('another start').waitFor({ state: 'detached' });
  await workbench.answer('Removed "another start"', 'Undo');
  await workbench.treeItem('another start').waitFor();
});

test('the list shows what its filter lets through', async () => {
  const { workbench } = session();
  const { page } = workbench;
  await workbench.treeItem('another start').click();
  const header = page.locator('.pane-header', { hasText: 'Jobs' });
  const choose = async (command: string): Promise<void> => {
    await header.hover();
    await header.locator(`.action-label[aria-label^="${command}"]`).click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Some tokens wrong' }).click();
    await page.keyboard.press('Enter');
  };
  await choose('Filter Jobs');
  await page.getByText('The filter hides all jobs.').waitFor();
  await choose('Change Filter');
  await workbench.treeItem('another start').waitFor();
  await choose('Filter Jobs');
  await page.locator('.sidebar').getByRole('button', { name: 'Show All Jobs' }).click();
  await workbench.treeItem('another start').waitFor();
});

test('two runs are compared, in every theme, narrow and wide', async () => {
  const { workbench, picture } = session();
  const { page } = workbench;
  await workbench.treeItem('another start').click();
  await workbench.treeItem('seed 0').click({ modifiers: ['Control'] });
  await workbench.treeItem('seed 0').click({ button: 'right' });
  await workbench.chooseFromMenu('Compare Runs');
  const frame = await workbench.webview('proto-runs h1');
  await frame.getByText(/The runs differ in \d+ of 2\d tokens\./).waitFor();
  expect(await frame.locator('.settings tbody tr').allTextContents()).toEqual([
    expect.stringMatching(/^\s*Seed\s*[01]\s*[01]\s*$/),
  ]);
  await expect
    .poll(() => frame.locator('.accuracy canvas').getAttribute('aria-label'))
    .toMatch(/A: seed [01]: [\d.]+ after \d+ evaluations; B: seed [01]: [\d.]+ after \d+ evaluations/);
  expect(await frame.locator('td.different').count()).toBeGreaterThan(0);
  await frame.locator('tr.chosen', { hasText: 'another start' }).waitFor();
  for (const [name, [theme, bodyClass]] of Object.entries(themes)) {
    workbench.configure({ 'workbench.colorTheme': theme });
    await frame.locator(`body.${bodyClass}`).waitFor();
    for (const width of [1500, 900]) {
      await page.setViewportSize({ width, height: 1000 });
      await picture(`runs ${name} ${width}`);
    }
  }
});

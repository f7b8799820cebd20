import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const sentence = 'The lamp burned all night, and the sea was calm.';
const session = useVsCode({ files: { 'notes.txt': `${sentence}\n` }, file: 'notes.txt' });

test('a word of the panel leads to the glossary, drawings to another arrangement, a run to its report', async () => {
  const { workbench, workspace, picture } = session();
  const { page } = workbench;
  await workbench.selectLine('notes.txt', 'The lamp');
  await workbench.command('Compress Selection to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Finished').waitFor();
  await panel.openTab('result');

  // By keyboard: the word says what it is, the next Tab is on the link.
  const word = panel.frame.locator('proto-result proto-explained[term="Seed"] button').first();
  await word.focus();
  await panel.frame.locator('.explanation:popover-open').getByText('The same seed gives the same vectors').waitFor();
  await picture('explained word');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const glossary = await workbench.webview('proto-glossary h1');
  await glossary.locator('section.asked h2:focus', { hasText: 'Seed' }).waitFor();
  await picture('glossary');

  await workbench.command('Proto-Tokens: Try Another Arrangement ...');
  const first = panel.frame.locator('proto-arrangement-picker input:focus');
  await first.waitFor();
  expect(await first.getAttribute('value')).toBe('e-m-repeated');
  await page.keyboard.press('ArrowDown');
  await picture('arrangements');
  await page.keyboard.press('Enter');
  // The panel turns to the new job, which begins with its tokens.
  await panel.frame.locator('proto-tokens').waitFor();
  await panel.status('Finished').waitFor();
  await panel.openTab('result');
  await panel.frame.locator('proto-result dd').getByText('[e][m]×N', { exact: true }).waitFor();

  await workbench.choose('Proto-Tokens: Write Report ...', 'notes.txt-1-report');
  await workbench.notification('The report was written to notes.txt-1-report.').waitFor();
  const report = await workbench.webview('h1', 'Report of notes.txt-1.tokens.proto');
  await report.locator('img[alt^="Loss and number of right tokens"]').waitFor();
  await picture('report');
  const markdown = readFileSync(join(workspace, 'notes.txt-1-report', 'report.md'), 'utf8');
  expect(markdown).toContain('--arrangement e-unguided-m-repeated');
  expect(markdown).toContain('--segment-length 64');
  expect(existsSync(join(workspace, 'notes.txt-1-report', 'report.html'))).toBe(true);

  // A report that is there is only replaced when it may be.
  await workbench.choose('Proto-Tokens: Write Report ...', 'notes.txt-1-report');
  await page.locator('.monaco-dialog-box', { hasText: 'holds a report already. Replace it?' }).waitFor();
  await page.keyboard.press('Escape');

  await workbench.command('View: Close Editor');
  await workbench.command('Proto-Tokens: Show Glossary');
  await (await workbench.webview('proto-glossary h1')).getByRole('heading', { name: 'Accuracy' }).waitFor();
});

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesIn, serveHub } from '../support/hub-server.ts';
import { fixtureModel } from '../support/paths.ts';
import { protoFile } from '../support/proto-file.ts';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const commit = '1'.repeat(40);
const ended: (() => void)[] = [];
afterAll(() => {
  for (const end of ended) end();
});

/** A file that was made where a model of the hub was installed. */
async function madeElsewhere(text: string): Promise<Uint8Array> {
  const cache = mkdtempSync(join(tmpdir(), 'proto-tokens-hub-'));
  const folder = join(cache, 'models--EleutherAI--pythia-70m', 'snapshots', commit);
  cpSync(fixtureModel('neox-sequential-f16'), folder, { recursive: true });
  try {
    return await protoFile(folder, text, { budget: 3 });
  } finally {
    rmSync(cache, { recursive: true });
  }
}

const far = 'the lamp burned all night';
const hub = await serveHub(
  {
    'EleutherAI/pythia-160m': {
      commits: { [commit]: filesIn(fixtureModel('neox-parallel-f32')) },
      branches: { main: commit },
      readers: ['hf_mine'],
    },
    'EleutherAI/pythia-70m': {
      commits: { [commit]: filesIn(fixtureModel('neox-sequential-f16')) },
      branches: { main: commit },
    },
  },
  end => ended.push(end),
);
const session = useVsCode({
  files: { 'sea.txt': 'The sea was calm.\n', 'far.tokens.proto': await madeElsewhere(far) },
  environment: { HF_ENDPOINT: hub.address },
});

test('a model of the paper is chosen from the list, fetched through its gate with a token, and cancelled once on the way', async () => {
  const { workbench, picture } = session();
  const { page } = workbench;
  const row = (text: string) => page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  const choose = async (): Promise<void> => {
    await workbench.command('Proto-Tokens: Select Model');
    await row('EleutherAI/pythia-160m').click();
    await page.getByRole('button', { name: 'Download', exact: true }).click();
  };
  await workbench.command('Proto-Tokens: Select Model');
  await row('meta-llama/Llama-3.2-1B').waitFor();
  await picture('select-model');
  // No line of a model is cut off.
  const lines = page.locator('.quick-input-list .monaco-icon-label-container');
  expect(await lines.count()).toBeGreaterThan(10);
  const cutOff = await lines.evaluateAll(all =>
    all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ textContent }) => textContent),
  );
  expect(cutOff).toEqual([]);
  await page.keyboard.press('Escape');

  await choose();
  await workbench.notification('is gated').waitFor();
  await page.getByRole('button', { name: 'Enter Token' }).click();
  hub.fault = 'half and no more';
  await page.locator('.quick-input-widget input').fill('hf_mine');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('to download').waitFor();
  await picture('download-model');
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const downloading = workbench.notification('Downloading EleutherAI/pythia-160m');
  await downloading.getByText('of 1 MB').waitFor();
  await picture('downloading-model');
  await downloading.getByRole('button', { name: 'Cancel' }).click();
  await downloading.waitFor({ state: 'detached' });

  hub.fault = undefined;
  await choose();
  await workbench.notification('is the model now').waitFor();
  expect(hub.asked.filter(({ host }) => host === 'store').at(-1)?.range).toMatch(/^bytes=\d+-$/);
});

test('a file whose model is not installed fetches it, and its report is made with it, whichever model is chosen', async () => {
  const { workbench, workspace, picture } = session();
  const { page } = workbench;
  await workbench.dismissNotifications();
  await workbench.statusBarItem('EleutherAI/pythia-160m · CPU').hover();
  await page.locator('.workbench-hover', { hasText: 'It computes on CPU' }).waitFor();
  await picture('status-bar-model');
  await page.mouse.move(700, 300);

  await workbench.openFile('far.tokens.proto');
  const panel = await Panel.ofFile(workbench);
  await panel.openTab('tokens');
  await panel.frame.getByText('which is not installed').waitFor();
  await picture('file-without-model');
  await panel.button('fetchModel').click();
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  await panel.frame.locator('.field .chip').first().waitFor();
  await picture('file-with-fetched-model');

  await workbench.choose('Proto-Tokens: Write Report', 'far-report');
  await workbench.notification('The report was written').waitFor();
  await picture('report-of-file');
  const report = readFileSync(join(workspace, 'far-report', 'report.md'), 'utf8');
  expect(report).toContain(`--model EleutherAI/pythia-70m@${commit}`);
  expect(report).toContain(far);
  await workbench.statusBarItem('EleutherAI/pythia-160m · CPU').waitFor();
});

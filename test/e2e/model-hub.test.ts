import { expect, test } from 'vitest';
import { filesIn, serveHub } from '../support/hub-server.ts';
import { fixtureModel } from '../support/paths.ts';
import { useVsCode } from './harness/session.ts';

const commit = '1'.repeat(40);
const ended: (() => void)[] = [];
const hub = await serveHub(
  {
    'EleutherAI/pythia-160m': {
      commits: { [commit]: filesIn(fixtureModel('neox-parallel-f32')) },
      branches: { main: commit },
      readers: ['hf_mine'],
    },
  },
  end => ended.push(end),
);
const session = useVsCode({ files: { 'sea.txt': 'The sea was calm.\n' }, environment: { HF_ENDPOINT: hub.address } });

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
  for (const end of ended) end();
});

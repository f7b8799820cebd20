import { join } from 'node:path';
import { test } from 'vitest';
import { endlessChoices, endlessText } from '../support/endless-text.ts';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: { 'noise.txt': `${endlessText}\n` },
  file: 'noise.txt',
  settings: {
    ...endlessChoices,
    'protoTokens.model': join(import.meta.dirname, '../fixtures/models/neox-parallel-f32'),
  },
});

test('another model is chosen while a job runs, which goes on', async () => {
  const { workbench } = session();
  await workbench.selectLine('noise.txt', endlessText.slice(0, 20));
  await workbench.command('Compress Selection to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Training').waitFor();

  await workbench.choose('Proto-Tokens: Select Model', 'Demo model');
  await workbench.notification('is the model now').waitFor();
  await panel.status('Training').waitFor();
  await panel.button('cancel').click();
  await panel.status('Cancelled').waitFor();
});

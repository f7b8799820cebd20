import { join } from 'node:path';
import { test } from 'vitest';
import { endlessChoices, endlessText } from '../support/endless-text.ts';
import { demoModel } from '../support/paths.ts';
import { protoFile } from '../support/proto-file.ts';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: {
    'noise.txt': `${endlessText}\n`,
    'sea.tokens.proto': await protoFile(demoModel, 'The sea was calm.', { budget: 3 }),
  },
  file: 'noise.txt',
  settings: {
    ...endlessChoices,
    'protoTokens.model': join(import.meta.dirname, '../fixtures/models/neox-parallel-f32'),
  },
  // 100 MiB: enough to train with the small model and to look at the demo model, not to train with that.
  environment: { PROTO_TOKENS_MEMORY: String(100 / 1024) },
});

test('another model is chosen and looked at while a job runs, which goes on, also without the memory to train with it', async () => {
  const { workbench, picture } = session();
  await workbench.selectLine('noise.txt', endlessText.slice(0, 20));
  await workbench.command('Compress Selection to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Training').waitFor();

  await workbench.choose('Proto-Tokens: Select Model', 'Demo model');
  await workbench.notification('of memory to be trained with').waitFor();
  await picture('model too large to train with');
  await workbench.dismissNotifications();
  await workbench.openFile('sea.tokens.proto');
  const file = await Panel.ofFile(workbench);
  await file.openTab('tokens');
  await file.frame.locator('.field .chip').first().waitFor();
  await panel.status('Training').waitFor();
  await panel.button('cancel').click();
  await panel.status('Cancelled').waitFor();
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readProto } from '../../src/runtime/files/proto-file.ts';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: {
    'all.code-workspace': JSON.stringify({ folders: [{ path: 'first' }, { path: 'second' }] }),
    'first/empty.txt': '',
    'second/sea.txt': 'The sea was calm.\n',
  },
  workspaceFile: 'all.code-workspace',
});

test('a result is saved beside its text in whichever folder of the workspace, and opened from there', async () => {
  const { workbench, workspace } = session();
  await workbench.openFile('sea.txt');
  await workbench.selectLine('sea.txt', 'The sea was calm');
  await workbench.command('Compress Selection to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Finished').waitFor();
  await panel.button('save').click();
  await workbench.notification('Saved as second/sea.txt.tokens.proto').waitFor();
  const file = join(workspace, 'second', 'sea.txt.tokens.proto');
  expect(readProto(readFileSync(file), file).training.accuracy).toBe(1);
  await workbench.dismissNotifications();
  await workbench.codeLens('Saved').getByText('Saved').click();
  const editor = await Panel.ofFile(workbench);
  await editor.frame.locator('proto-overview').waitFor();
});

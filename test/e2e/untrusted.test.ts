import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: { 'model/config.json': '{}', 'sea.txt': 'The sea was calm.\n' },
  settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
  settingsIn: workspace => ({ 'protoTokens.model': join(workspace, 'model') }),
  workspaceTrust: true,
});

test('a model of a workspace that is not trusted is not loaded, and another one can be chosen', async () => {
  const { workbench } = session();
  const { page } = workbench;
  await workbench.command('Proto-Tokens: Select Model');
  const demoModel = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Demo model' });
  await demoModel.waitFor();
  const placeholder = await page.locator('.quick-input-widget input[type="text"]').getAttribute('placeholder');
  expect(placeholder).toContain('not loaded from a workspace that you do not trust');
  await demoModel.click();
  await workbench.notification('is the model now').waitFor();
});

import { mkdirSync, writeFileSync } from 'node:fs';
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

test('nor is it for an experiment that lies there, which is not looked at either', async () => {
  const { workbench, workspace } = session();
  const folder = join(workspace, 'experiments', 'theirs');
  mkdirSync(folder, { recursive: true });
  const model = { folder: join(workspace, 'model'), id: 'theirs', fingerprint: '0' };
  const source = { name: 'x', sha256: '', texts: 1, paths: [], cut: 'whole', words: null };
  const asked = { experiment: 'capacity', preset: 'quick', settings: {}, device: 'cpu', software: '1' };
  writeFileSync(
    join(folder, 'experiment.json'),
    JSON.stringify({ format: 'proto-tokens experiment', version: 1, ...asked, model, source }),
  );
  await workbench.choose('Proto-Tokens: Continue Experiment', 'theirs');
  await workbench.notification('lies in a workspace that you do not trust').waitFor();
});

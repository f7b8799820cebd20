import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({
  files: { 'model/config.json': '{}', 'sea.txt': 'The sea was calm.\n' },
  settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
  workspaceTrust: true,
});

test('a model of a workspace that is not trusted is not loaded, and another one can be chosen', async () => {
  const { workbench, workspace } = session();
  const { page, server } = workbench;
  const file = join(server.home, 'data', 'User', 'settings.json');
  const settings: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...settings, 'protoTokens.model': join(workspace, 'model') }));

  const input = page.locator('.quick-input-widget input[type="text"]');
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Escape');
        await workbench.command('Proto-Tokens: Select Model');
        await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Demo model' }).waitFor();
        return input.getAttribute('placeholder');
      },
      { timeout: 60_000 },
    )
    .toContain('not loaded from a workspace that you do not trust');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Demo model' }).click();
  await workbench.notification('is the model now').waitFor();
});

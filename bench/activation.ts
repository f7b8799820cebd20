import { expect, test } from 'vitest';
import { useVsCode } from '../test/e2e/harness/session.ts';

const rounds = 5;
const session = useVsCode({ files: { 'notes.txt': 'The sea was calm.\n' } });

test('measures how long a window waits for the extension', async () => {
  const { workbench } = session();
  const { page } = workbench;
  const milliseconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round) await workbench.reload();
    await workbench.command('Developer: Show Running Extensions');
    const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'proto-tokens' }).first();
    await expect
      .poll(
        () =>
          row
            .locator('.activation-time')
            .textContent()
            .catch(() => ''),
        { timeout: 60_000 },
      )
      .toMatch(/\d+ms/);
    const [, time] = (await row.locator('.activation-time').textContent())?.match(/(\d+)ms/) ?? [];
    milliseconds.push(Number(time));
  }
  console.log(`Loading and activating the extension takes ${milliseconds.join(', ')} ms (VS Code's own measure).`);
});

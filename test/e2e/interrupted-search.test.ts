import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endlessChoices, endlessText } from '../support/endless-text.ts';
import { useVsCode } from './harness/session.ts';

const session = useVsCode({ files: { 'noise.txt': `${endlessText}\n` }, settings: endlessChoices });

const running = /\d+ of 2 solutions/;

/** The extension hosts of a server, by what they were started for. */
function extensionHosts(server: number): number[] {
  const processes = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        return [{ pid: Number(pid), parent: Number(fields[1]), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }];
      } catch {
        return [];
      }
    });
  const descends = (pid: number): boolean => {
    const parent = processes.find(process => process.pid === pid)?.parent;
    return parent !== undefined && (parent === server || descends(parent));
  };
  return processes
    .filter(({ pid, command }) => command.includes('type=extensionHost') && descends(pid))
    .map(({ pid }) => pid);
}

test('a search goes on after its window was reloaded, and after its extension host was killed', async () => {
  const { workbench, server } = session();
  const { page } = workbench;
  await workbench.openFile('noise.txt');
  await workbench.selectLine('noise.txt', endlessText.slice(0, 20));
  await workbench.command('Proto-Tokens: Find More Solutions');
  const input = page.locator('.quick-input-widget input[type="text"]');
  await input.fill('2');
  await page.keyboard.press('Enter');
  await workbench.openView('Proto-Tokens');
  const search = workbench.treeItem('Finding solutions of noise.txt');
  await expect.poll(() => search.textContent()).toMatch(running);

  await workbench.reload();
  await workbench.notification('was interrupted').waitFor();
  await expect.poll(() => search.textContent()).toMatch(/interrupted/);
  await workbench.answer('was interrupted', 'Resume');
  await expect.poll(() => search.textContent()).toMatch(running);

  // That of the window before it was loaded anew takes its time to end.
  const hosts = (): readonly number[] => extensionHosts(server.child.pid ?? 0);
  await expect.poll(() => hosts().length).toBe(1);
  for (const host of hosts()) process.kill(host, 'SIGKILL');
  await workbench.reload();
  await workbench.notification('was interrupted').waitFor();
  await expect.poll(() => search.textContent()).toMatch(/interrupted/);
  await search.click();
  // The extension hears a moment later of what is selected: a key before that is about nothing.
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Delete');
        return await search.count();
      },
      { interval: 1000 },
    )
    .toBe(0);
});

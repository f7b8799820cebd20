import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A process that does nothing until it is killed. */
export function bystander(): ChildProcess & { readonly pid: number } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { pid } = child;
  if (pid === undefined) throw new Error('no process was started');
  return Object.assign(child, { pid });
}

export async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Gives the folders of this process to one that has ended, as a crash of the window would. */
export async function crash(root: string): Promise<void> {
  const child = bystander();
  await end(child);
  giveTo(root, child.pid);
}

/** Makes a process the owner of all that is stored. */
export function giveTo(root: string, pid: number): void {
  for (const [i, name] of readdirSync(root).entries())
    renameSync(join(root, name), join(root, `${pid}-${Date.now()}-${i}`));
}

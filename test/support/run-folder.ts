import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const beginning = 'proto-tokens-test-';

/** The folder of this run of the tests, that of the process which started the one that this is in. */
export function runFolder(): string {
  const folder = join(tmpdir(), `${beginning}${process.ppid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Removes a folder, also one into which somebody is writing for a moment yet. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes the folder of the run that this process has started, and those of runs that were killed. Work that goes on for a
 * moment after its test writes into the folder of that again, which the test has removed; here it goes for good.
 */
export function removeRunFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = /^proto-tokens-test-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)))) removeFolder(join(tmpdir(), name));
  }
}

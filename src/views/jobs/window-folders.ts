import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';

/** A clock is set now and then, and a process begins a little before its first line runs. */
const slackMilliseconds = 5000;
const clockTicksPerSecond = 100;

/**
 * Folders of which each belongs to one window. Windows without a workspace, and two of the same one, share their storage;
 * a folder says in its name which process it belongs to, so that a window takes over what one left that has ended,
 * crashed ones included, and nothing of one that still runs. Renaming gives a folder to exactly one of several that want
 * it.
 */
export class WindowFolders {
  private readonly name: string;
  private taken = 0;

  /** @param root where the folders of all windows lie */
  constructor(
    private readonly root: string,
    private readonly pid = process.pid,
    started = Date.now(),
  ) {
    this.name = `${pid}-${started}`;
  }

  /** The folder of this window; whoever writes there makes it first. */
  get own(): string {
    return join(this.root, this.name);
  }

  /** Takes over the folders of windows that have ended; returns where they are now. */
  async takeOver(): Promise<string[]> {
    const taken: string[] = [];
    for (const name of await this.foreign()) {
      if (await isAlive(name, this.pid)) continue;
      const place = `${this.own}-${++this.taken}`;
      const won = await rename(join(this.root, name), place).then(
        () => true,
        // Another window was quicker, or the process that ends has a file open still.
        () => false,
      );
      if (won) taken.push(place);
    }
    return taken;
  }

  /** The folders of other windows: those that run, and those that have ended since the last time something was taken over. */
  async others(): Promise<string[]> {
    return (await this.foreign()).map(name => join(this.root, name));
  }

  async make(): Promise<void> {
    await mkdir(this.own, { recursive: true });
  }

  private async foreign(): Promise<string[]> {
    const names = await readdir(this.root).catch(() => []);
    return names.filter(name => /^\d+-\d+(-\d+)?$/.test(name) && !`${name}-`.startsWith(`${this.name}-`));
  }
}

/** Whether the process that a folder is named after still runs. Its number may have been given to another one since. */
async function isAlive(name: string, own: number): Promise<boolean> {
  const [pid = 0, named = 0] = name.split('-').map(Number);
  // This process has another folder, so an earlier one had the same number.
  if (pid === own) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return (await startOf(pid)) <= named + slackMilliseconds;
}

/** When a running process began, in milliseconds; where the system does not tell, when the machine was started. */
async function startOf(pid: number): Promise<number> {
  const boot = Date.now() - uptime() * 1000;
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the process stands in brackets and may hold anything; its start is the twentieth field after it.
  const ticks = Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[19]);
  return boot + (Number.isFinite(ticks) ? (1000 * ticks) / clockTicksPerSecond : 0);
}

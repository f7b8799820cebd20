import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { messageOf, UserError } from '../errors.ts';
import { readBounded } from '../files/bounded.ts';

const schema = z.object({ pid: z.int(), host: z.string() });
type Holder = z.output<typeof schema>;

/** The file is touched so often; one that has not been for so long is of a process that has died with its machine. */
const [beat, lost] = [10_000, 60_000];

/** A process and the name of a machine. */
const mostBytes = 4096;

const lockFile = (folder: string): string => join(folder, 'experiment.lock');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Who works in a folder; undefined when nobody does, whatever a process that died has left. */
async function holderOf(path: string): Promise<Holder | undefined> {
  const [bytes, facts] = await Promise.all([readBounded(path, mostBytes), stat(path)]).catch(() => []);
  if (bytes === undefined || facts === undefined || Date.now() - facts.mtimeMs > lost) return undefined;
  const holder = schema.safeParse(parsed(new TextDecoder().decode(bytes))).data;
  if (!holder) return undefined;
  const isHere = holder.host === hostname();
  return isHere && (holder.pid === process.pid || !isAlive(holder.pid)) ? undefined : holder;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Works in the folder of an experiment while no other process does: two would compute the same cells, and each would write
 * over the other's checkpoint. A file with process and machine says who it is; one that a dead process has left does not count.
 *
 * @throws UserError when another process works there, or the folder cannot be written to.
 */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = lockFile(folder);
  const holder = await holderOf(path);
  if (holder) {
    const where = holder.host === hostname() ? 'this machine' : holder.host;
    throw new UserError(
      `The experiment in ${folder} is being computed by process ${holder.pid} on ${where}; wait until that ends or stop it, or choose another folder.`,
    );
  }
  const own: Holder = { pid: process.pid, host: hostname() };
  await rm(path, { force: true });
  await writeFile(path, JSON.stringify(own), { flag: 'wx' }).catch(error => {
    throw new UserError(`${path} cannot be written (${messageOf(error)}); try again or choose another folder.`);
  });
  const touch = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), beat);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    await rm(path, { force: true });
  }
}

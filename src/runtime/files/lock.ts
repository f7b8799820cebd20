import { link, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import type { UserError } from '../errors.ts';
import { cannotBeWritten, isAlive } from './atomic.ts';
import { isMissing, readBounded } from './bounded.ts';

const schema = z.object({ pid: z.int(), host: z.string() });
type Holder = z.output<typeof schema>;

/** The file is touched so often; one that has not been for so long is of a process that has died with its machine. */
const [beat, lost] = [10_000, 60_000];

/** A process and the name of a machine. */
const mostBytes = 4096;

/** The locks that this process holds: another one in its name is of an earlier process that had the same number. */
const held = new Set<string>();

/**
 * Works while nobody else does who asks for the same lock, in whatever process or on whatever machine that shares the disk. A
 * file with process and machine says who it is; one that a dead process has left does not count.
 *
 * @param path of that file, in a folder that is there
 * @param refusal what is said where another process works, named as "process 12 on this machine"
 * @throws that refusal; UserError when the file cannot be written.
 */
export async function whileLocked<T>(
  path: string,
  refusal: (holder: string) => UserError,
  work: () => Promise<T>,
): Promise<T> {
  const folder = await realpath(dirname(path)).catch(error => {
    throw cannotBeWritten(path, error);
  });
  const place = join(folder, basename(path));
  const own: Holder = { pid: process.pid, host: hostname() };
  if (held.has(place)) throw refusal(inWords(own));
  held.add(place);
  try {
    await claim(place, own, refusal);
    const touch = setInterval(() => void utimes(place, new Date(), new Date()).catch(() => undefined), beat);
    try {
      return await work();
    } finally {
      clearInterval(touch);
      await rm(place, { force: true });
    }
  } finally {
    held.delete(place);
  }
}

const inWords = ({ pid, host }: Holder): string => `process ${pid} on ${host === hostname() ? 'this machine' : host}`;

async function claim(path: string, own: Holder, refusal: (holder: string) => UserError): Promise<void> {
  const text = JSON.stringify(own);
  // Who has this file may remove a lock that is nobody's: of several who find one, the second would remove the first one's own.
  const guard = `${path}.removal`;
  while (!(await create(path, text))) {
    const holder = await holderOf(path);
    if (typeof holder === 'object') throw refusal(inWords(holder));
    if (holder === 'gone') continue;
    const isOurs = await create(guard, text);
    const other = await holderOf(isOurs ? path : guard);
    if (other === 'nobody') await remove(isOurs ? path : guard);
    if (isOurs) await remove(guard);
    else if (typeof other === 'object') throw refusal(inWords(other));
  }
}

const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch(error => {
    throw cannotBeWritten(path, error);
  });

/** Makes a file that is there with all that it says or not at all. @returns whether there was none */
async function create(path: string, text: string): Promise<boolean> {
  const whole = `${path}.${process.pid}`;
  try {
    await writeFile(whole, text);
    // Some disks have no links.
    await link(whole, path).catch(error => {
      if (isThere(error)) throw error;
      return writeFile(path, text, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (isThere(error)) return false;
    throw cannotBeWritten(path, error);
  } finally {
    await rm(whole, { force: true }).catch(() => undefined);
  }
}

const isThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** Whose a lock is: nobody's where a process has left it that died, whatever it says; gone where there is none any more. */
async function holderOf(path: string): Promise<Holder | 'nobody' | 'gone'> {
  try {
    const [bytes, { mtimeMs }] = await Promise.all([readBounded(path, mostBytes), stat(path)]);
    const holder = schema.safeParse(parsed(new TextDecoder().decode(bytes))).data;
    if (!holder || Date.now() - mtimeMs > lost) return 'nobody';
    const isHere = holder.host === hostname();
    return isHere && (holder.pid === process.pid || !isAlive(holder.pid)) ? 'nobody' : holder;
  } catch (error) {
    return isMissing(error) ? 'gone' : 'nobody';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

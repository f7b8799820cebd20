import { access, constants, lstat, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { isMissing } from './bounded.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room and try again',
  EDQUOT: 'your disk quota is used up; make room and try again',
  EACCES: 'you may not write there; choose another place',
  EPERM: 'you may not write there; choose another place',
  EROFS: 'the disk cannot be written to; choose another place',
  ENOENT: 'its folder does not exist; create it first',
  ENOTDIR: 'its folder is a file; choose another place',
  EEXIST: 'a file is in the place of a folder; choose another name',
  EISDIR: 'it is a folder; choose another name',
  ENAMETOOLONG: 'its name is too long; choose a shorter one',
};

/** A sentence on why a file could not be written, from what the system said. */
export function cannotBeWritten(path: string, error: unknown): UserError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new UserError(`${path} cannot be written: ${reasons[code] ?? `${messageOf(error)} in ${dirname(path)}`}.`);
}

/**
 * Finds out before long work, as far as that can be known, whether its result could be written.
 *
 * @throws UserError saying why it cannot.
 */
export async function checkWritable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new UserError(`${path} cannot be written: ${reasons.EISDIR}.`);
  try {
    const place = await placeOf(path);
    // The file is replaced, not changed: it is the folder that must allow it. A file in its place is no folder.
    await access(`${dirname(place)}/.`, constants.W_OK);
    // It is longer than the name itself.
    await lstat(partialOf(place)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  } catch (error) {
    throw cannotBeWritten(path, error);
  }
}

/** Where a file is written that a person has named: where a link in its place leads. */
const placeOf = (path: string): Promise<string> => realpath(path).catch(() => path);

/** Beside a file, what this process has written of it so far. */
const partialOf = (place: string): string => `${place}.${process.pid}.partial`;

/** The last write of each path that is under way in this process: a later one waits for it. */
const underWay = new Map<string, Promise<void>>();

/** What becomes of a link in a file's place: what it leads to is replaced, or the link itself. */
export type Links = 'followed' | 'replaced';

/**
 * Writes a file beside its place and renames it: whoever looks sees the old file or the whole new one.
 *
 * @param links followed where a person has named the file; replaced where its name is ours, in a folder that may be another's
 * @throws UserError saying why it cannot be written.
 */
export async function writeAtomically(path: string, bytes: Uint8Array, links: Links = 'followed'): Promise<void> {
  const before = underWay.get(path);
  const writing = (before ?? Promise.resolve()).catch(() => undefined).then(() => replace(path, bytes, links));
  underWay.set(path, writing);
  try {
    await writing;
  } catch (error) {
    throw cannotBeWritten(path, error);
  } finally {
    if (underWay.get(path) === writing) underWay.delete(path);
  }
}

async function replace(path: string, bytes: Uint8Array, links: Links): Promise<void> {
  const place = links === 'followed' ? await placeOf(path) : path;
  const partial = partialOf(place);
  if (!lookedBeside.has(place)) {
    lookedBeside.add(place);
    await removePartials(place, abandonedAfter);
  }
  try {
    const there = await lstat(place).catch(() => undefined);
    const mode = there?.isFile() ? there.mode : undefined;
    const file = await open(partial, 'w', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, place);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Paths beside which this process has looked. */
const lookedBeside = new Set<string>();
/** A write takes seconds. Of one on another machine that shares the folder its process cannot be seen here. */
const abandonedAfter = 10 * 60_000;

/**
 * Removes what writes of this path have left beside it that were killed, in whatever program; never anything else.
 *
 * @param age in milliseconds that it must have at the least
 */
export async function removePartials(path: string, age = 0): Promise<void> {
  const folder = dirname(path);
  const beginning = `${basename(path)}.`;
  for (const name of await readdir(folder).catch(() => [])) {
    const [, writer] = (name.startsWith(beginning) && /^(\d+)\.partial$/.exec(name.slice(beginning.length))) || [];
    if (writer === undefined || isAlive(Number(writer))) continue;
    const left = join(folder, name);
    const written = (await stat(left).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - written >= age) await rm(left, { force: true }).catch(() => undefined);
  }
}

/** Whether a process is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

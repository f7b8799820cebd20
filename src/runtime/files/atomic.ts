import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { messageOf, UserError } from '../errors.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room and try again',
  EDQUOT: 'your disk quota is used up; make room and try again',
  EACCES: 'you may not write there; choose another place',
  EPERM: 'you may not write there; choose another place',
  EROFS: 'the disk cannot be written to; choose another place',
  ENOENT: 'its folder does not exist; create it first',
  ENOTDIR: 'its folder is a file; choose another place',
  EISDIR: 'it is a folder; choose another name',
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
    // The file is replaced, not changed: it is the folder that must allow it. A file in its place is no folder.
    await access(`${dirname(path)}/.`, constants.W_OK);
  } catch (error) {
    throw cannotBeWritten(path, error);
  }
}

/**
 * Writes a file beside its place and renames it: whoever looks sees the old file or the whole new one.
 *
 * @throws UserError saying why it cannot be written.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    throw cannotBeWritten(path, error);
  }
}

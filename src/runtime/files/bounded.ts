import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { messageOf, UserError } from '../errors.ts';

/** A regular file that is open, and its size in bytes when it was opened. */
export interface RegularFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/** Windows has no such flag, and no pipes among its files. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file for reading if it is a regular one. Opening a pipe would wait for its writer, and devices have no end.
 * A link is followed.
 *
 * @throws the system's error when there is none or it may not be read; UserError when it is something else.
 */
export async function openRegular(path: string): Promise<RegularFile> {
  // Looked at first: opening a device may do something. Looked at again: it may have been replaced.
  if ((await stat(path)).isFile()) {
    const handle = await open(path, flags);
    const found = await handle.stat();
    if (found.isFile()) return { handle, size: found.size };
    await handle.close();
  }
  throw new UserError(
    `${path} is not a regular file (it is a folder, a pipe or a device) and was not opened; put the file itself there.`,
  );
}

/** @throws UserError when the file became shorter while it was read. */
export async function readExactly(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (!bytesRead) throw new UserError('A file became shorter while it was read; try again.');
    done += bytesRead;
  }
  return bytes;
}

/**
 * The bytes of a regular file of at most so many bytes; its size is looked at before anything is read.
 *
 * @throws the system's error when there is none or it may not be read; UserError when it is larger or no regular file.
 */
export async function readBounded(path: string, mostBytes: number): Promise<Uint8Array> {
  const { handle, size } = await openRegular(path);
  try {
    if (size > mostBytes) throw tooLarge(path, size, mostBytes);
    return await readExactly(handle, 0, size);
  } finally {
    await handle.close();
  }
}

const megabytes = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: bytes < 10e6 ? 1 : 0 })} MB`;

/** Why a file is not read. */
export function tooLarge(path: string, size: number, mostBytes: number): UserError {
  return new UserError(
    `${path} has ${megabytes(size)} and was not read: a file of its kind has at most ${megabytes(mostBytes)}; put the right file there.`,
  );
}

/** Whether an error says that there is no such file, be it for want of its folder, in whose place a file may lie. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** The message of an error on one line; the system's own has the path already. */
export const lineOf = (error: unknown): string => messageOf(error).replace(/\s+/g, ' ');

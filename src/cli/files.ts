import { access, readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { messageOf, UserError } from '../runtime/errors.ts';

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A path as one names it in the folder where the command runs; as it is when it lies elsewhere. */
export function fromHere(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.split(/[\\/]/)[0] === '..' || isAbsolute(near) ? path : near;
}

/** Where work is kept while it runs, beside its result. */
export const checkpointOf = (out: string): string => `${out}.checkpoint`;

/** What stands for standard input where a text is read. */
export const standardInput = '-';

/** Which file it is, whatever way leads to it; a place where none is, by its path. */
async function identityOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found ? `${found.dev} ${found.ino}` : resolve(path);
}

/**
 * A result must be a file, and none that the command reads: the text would be lost.
 *
 * @param out where the result is to be written
 * @param read files that the command reads, which must outlast it; "-" is none
 * @throws UserError saying what to choose instead.
 */
export async function checkPlace(out: string, read: readonly string[]): Promise<void> {
  if (out === standardInput)
    throw new UserError('The result cannot be written to standard output; name a file with --out.');
  const place = await identityOf(out);
  for (const path of read)
    if (path !== standardInput && (await identityOf(path)) === place)
      throw new UserError(`${out} cannot be written: the command reads it; choose another file with --out.`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; check its name',
  ENOTDIR: 'its folder is a file; check the path',
  EISDIR: 'it is a folder; name a file in it',
  EACCES: 'you may not read it; ask its owner',
  EPERM: 'you may not read it; ask its owner',
};

/** @throws UserError when the file cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UserError(`${path || 'A file without a name'} cannot be read: ${reasons[code] ?? messageOf(error)}.`);
  }
}

/**
 * The text of a file, or of standard input for "-", to the last byte (a byte order mark included).
 *
 * @throws UserError when it cannot be read or is not UTF-8.
 */
export async function readText(path: string): Promise<string> {
  const bytes = path === standardInput ? await buffer(process.stdin) : await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError(`${path === standardInput ? 'Standard input' : path} is not text in UTF-8; convert it first.`);
  }
}

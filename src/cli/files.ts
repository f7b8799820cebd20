import { access, readFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
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

/** @throws UserError when the file cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UserError(`${path} cannot be read (${messageOf(error)}).`);
  }
}

/**
 * The text of a file, or of standard input for "-", to the last byte (a byte order mark included).
 *
 * @throws UserError when it cannot be read or is not UTF-8.
 */
export async function readText(path: string): Promise<string> {
  const bytes = path === '-' ? await buffer(process.stdin) : await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError(`${path === '-' ? 'Standard input' : path} is not text in UTF-8; convert it first.`);
  }
}

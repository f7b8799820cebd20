import { mkdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { UserError } from '../errors.ts';
import { cannotBeWritten, writeAtomically } from './atomic.ts';

/**
 * Writes a file of a folder that may have come from somebody else: what lies there already leads nowhere else. A link in
 * the file's place is replaced, and a folder on the way must not be one that leads out.
 *
 * @param file path in the folder; its folders are made
 * @throws UserError saying why it cannot be written.
 */
export async function writeInside(folder: string, file: string, bytes: Uint8Array): Promise<void> {
  const place = join(folder, file);
  let way: string;
  try {
    await mkdir(dirname(place), { recursive: true });
    way = relative(await realpath(folder), await realpath(dirname(place)));
  } catch (error) {
    throw cannotBeWritten(place, error);
  }
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new UserError(
      `${place} was not written because a link leads from there out of ${folder}; remove the link or choose another folder.`,
    );
  await writeAtomically(place, bytes, 'replaced');
}

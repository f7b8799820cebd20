import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { messageOf, UserError } from '../errors.ts';
import type { PackagedLibrary } from './published.ts';

/** The larger library has 400 MB. */
const mostBytes = 2 * 2 ** 30;

/**
 * Unpacks the libraries that are wanted of a package into a folder.
 *
 * @throws UserError when one is not in it.
 */
export async function unpack(
  archive: string,
  libraries: readonly PackagedLibrary[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const missing = new Map(libraries.map(({ entry, file }) => [entry, file]));
  const zip = await openPromise(archive).catch(cannotBeUnpacked);
  try {
    for await (const entry of zip.eachEntry()) {
      const file = missing.get(entry.fileName);
      if (file === undefined) continue;
      // Unpacking ends where an entry has more than it says.
      if (entry.uncompressedSize > mostBytes)
        throw new UserError(`${entry.fileName} in the package is larger than any such library; name another feed.`);
      const unpacked = await zip.openReadStreamPromise(entry);
      await pipeline(unpacked, createWriteStream(join(folder, file)), { signal });
      missing.delete(entry.fileName);
    }
  } catch (error) {
    // The system's own errors are of the disk, and for whoever knows the folder.
    if (signal.aborted || error instanceof UserError || (error instanceof Error && 'syscall' in error)) throw error;
    cannotBeUnpacked(error);
  }
  if (missing.size) throw new UserError(`The package lacks ${[...missing.keys()].join(' and ')}; please report this.`);
}

function cannotBeUnpacked(error: unknown): never {
  throw new UserError(`The package cannot be unpacked (${messageOf(error)}); name another feed.`);
}

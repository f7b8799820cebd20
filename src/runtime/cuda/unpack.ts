import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { UserError } from '../errors.ts';
import type { PackagedLibrary } from './published.ts';

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
  const zip = await openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const file = missing.get(entry.fileName);
    if (file === undefined) continue;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(join(folder, file)), { signal });
    missing.delete(entry.fileName);
  }
  if (missing.size) throw new UserError(`The package lacks ${[...missing.keys()].join(' and ')}; please report this.`);
}

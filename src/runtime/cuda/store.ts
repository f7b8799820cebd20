import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { cannotBeWritten } from '../files/atomic.ts';
import { download } from './download.ts';
import { findPackage } from './feed.ts';
import { folderIn } from './lend.ts';
import type { PublishedProvider } from './published.ts';
import { unpack } from './unpack.ts';

/** How far a download is. */
export interface DownloadProgress {
  readonly bytes: number;
  readonly of: number;
}

export interface StoreRequest {
  readonly provider: PublishedProvider;
  /** A folder for this alone. */
  readonly store: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

const packed = 'package.zip';

/**
 * Downloads the libraries of a provider into a store that outlives the runtime's own folder, in place of those of
 * earlier versions. They appear there all at once or not at all.
 *
 * @throws UserError when they cannot be had or written; as the signal says when it is aborted.
 */
export async function storeProvider({ provider, store, signal, onProgress }: StoreRequest): Promise<void> {
  const announced = await findPackage(provider.feed, provider.name, provider.version, signal);
  const folder = folderIn(store, provider);
  const unfinished = `${folder}.part`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    const archive = join(unfinished, packed);
    await download(announced, archive, signal, bytes => onProgress({ bytes, of: announced.bytes }));
    await unpack(archive, provider.libraries, unfinished, signal);
    await rm(archive);
    for (const earlier of await readdir(store))
      if (join(store, earlier) !== unfinished) await rm(join(store, earlier), { recursive: true, force: true });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    signal.throwIfAborted();
    throw error instanceof UserError ? error : cannotBeWritten(folder, error);
  }
}

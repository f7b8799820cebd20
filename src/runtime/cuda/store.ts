import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { cannotBeWritten } from '../files/atomic.ts';
import { download } from './download.ts';
import { type AnnouncedPackage, findPackage } from './feed.ts';
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

/** What a package was held against. Its signature never is: that needs the maker's certificates and a check of them. */
export interface PackageChecks {
  /** Whether the maker's own feed, which is another one, announces the same hash; undefined where it was not asked. */
  readonly maker: 'agrees' | 'not reached' | undefined;
}

const packed = 'package.zip';
/** For what the maker's feed says, which only confirms what is known. */
const patienceMilliseconds = 15_000;

/** @throws UserError when the maker has published another package; as the signal says when that is aborted. */
async function checkWithMaker(
  { maker, name, version, feed }: PublishedProvider,
  announced: AnnouncedPackage,
  signal: AbortSignal,
): Promise<PackageChecks['maker']> {
  if (maker === undefined) return undefined;
  const patience = AbortSignal.timeout(patienceMilliseconds);
  const published = await findPackage(maker, name, version, AbortSignal.any([signal, patience])).catch(() => undefined);
  signal.throwIfAborted();
  if (!published) return 'not reached';
  if (published.sha512 === announced.sha512) return 'agrees';
  throw new UserError(
    `${new URL(feed).host} has another package ${name} ${version} than ${new URL(maker).host}, where its maker publishes it (their SHA-512 differ), and nothing was installed; name another feed.`,
  );
}

/**
 * Downloads the libraries of a provider into a store that outlives the runtime's own folder, in place of those of
 * earlier versions. They appear there all at once or not at all.
 *
 * @returns what the package was held against, beside the hash that its feed announces
 * @throws UserError when they cannot be had or written; as the signal says when it is aborted.
 */
export async function storeProvider({ provider, store, signal, onProgress }: StoreRequest): Promise<PackageChecks> {
  const announced = await findPackage(provider.feed, provider.name, provider.version, signal);
  const maker = await checkWithMaker(provider, announced, signal);
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
    return { maker };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    signal.throwIfAborted();
    throw error instanceof UserError ? error : cannotBeWritten(folder, error);
  }
}

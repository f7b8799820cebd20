/// <reference path="./install-metadata.d.ts" />
import { basename } from 'node:path';
import metadata from 'onnxruntime-node/script/install-metadata.js';
import { UserError } from '../errors.ts';
import { isLoopback } from './loopback.ts';

/** A library in a package, and its name beside the runtime. */
export interface PackagedLibrary {
  readonly file: string;
  /** Path in the package. */
  readonly entry: string;
}

/** The package that holds the CUDA provider of the runtime in use, as its maker publishes it. */
export interface PublishedProvider {
  readonly name: string;
  readonly version: string;
  /** Address of the feed that it is taken from: the maker's, unless somebody has named another one. */
  readonly feed: string;
  /** The maker's own feed, where the package is taken from another one: it says what the package must be. */
  readonly maker?: string | undefined;
  readonly libraries: readonly PackagedLibrary[];
}

/** The package has TensorRT, too, which is larger and not used here. */
const wanted = /_providers_(cuda|shared)\./;

/** The CUDA provider for a platform; undefined where there is none. */
export function publishedProvider(
  platform = process.platform,
  architecture = process.arch,
): PublishedProvider | undefined {
  const entries = Object.entries(metadata.manifests[`${platform}/${architecture}:cuda12`] ?? {});
  const found = entries[0] && metadata.packages[entries[0][1].package];
  const release = found?.versions[0];
  const feed = release && metadata.feeds[release.feed];
  if (!found || !release || !feed) return undefined;
  const libraries = entries.map(([file, { path }]) => ({ file: basename(file), entry: path }));
  return {
    name: found.name,
    version: release.version,
    feed: feed.index,
    libraries: libraries.filter(({ file }) => wanted.test(file)),
  };
}

/**
 * The CUDA provider for this platform, from a feed of one's own choice if one is named.
 *
 * @throws UserError where there is none.
 */
export function requiredProvider(feed = ''): PublishedProvider {
  const provider = publishedProvider();
  if (provider) return feed ? takenFrom(provider, feed) : provider;
  throw new UserError(
    'ONNX Runtime has a CUDA provider to be added on Linux with x64 processors only; choose the device "webgpu" or "cpu".',
  );
}

/** A feed on this machine is somebody's own, and the maker is not asked about it. */
function takenFrom(provider: PublishedProvider, feed: string): PublishedProvider {
  const own = feed === provider.feed || (URL.canParse(feed) && isLoopback(new URL(feed).hostname));
  return own ? { ...provider, feed } : { ...provider, feed, maker: provider.feed };
}

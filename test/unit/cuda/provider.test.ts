import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { download } from '../../../src/runtime/cuda/download.ts';
import { findPackage } from '../../../src/runtime/cuda/feed.ts';
import { lendProvider } from '../../../src/runtime/cuda/lend.ts';
import { type PublishedProvider, publishedProvider, requiredProvider } from '../../../src/runtime/cuda/published.ts';
import { type DownloadProgress, storeProvider } from '../../../src/runtime/cuda/store.ts';
import { unpack } from '../../../src/runtime/cuda/unpack.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { type Fault, type PackageFeed, servePackage } from '../../support/package-feed.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

/** Does not get much smaller when it is packed, so that a download takes several pieces. */
const content = (seed: number): Uint8Array => new Uint8Array(normalNumbers(100_000, [seed]).buffer);
const published = publishedProvider('linux', 'x64');
if (!published) throw new Error('there is no provider for Linux');
const [first, second] = published.libraries;
if (!first || !second) throw new Error('there are no libraries');
const folder = `onnxruntime-${published.version}`;

let feed: PackageFeed;
let provider: PublishedProvider;
beforeAll(async () => {
  feed = await servePackage(published.name, published.version, {
    [first.entry]: content(1),
    [second.entry]: content(2),
    'runtimes/linux-x64/native/libonnxruntime_providers_tensorrt.so': content(3),
    'README.md': content(4),
  });
  provider = { ...published, feed: feed.address };
});
beforeEach(() => {
  feed.fault = undefined;
});
afterAll(() => feed.close());

const store = (store: string, signal = new AbortController().signal, onProgress = (_: DownloadProgress) => {}) =>
  storeProvider({ provider, store, signal, onProgress });

test('is published for the very runtime that is in use, on Linux with x64', () => {
  const { version } = JSON.parse(readFileSync('node_modules/onnxruntime-node/package.json', 'utf8'));
  expect(published.version).toBe(version);
  expect(published.libraries.map(({ file }) => file).sort()).toEqual([
    'libonnxruntime_providers_cuda.so',
    'libonnxruntime_providers_shared.so',
  ]);
  expect(publishedProvider('darwin', 'arm64')).toBeUndefined();
});

describe('the CUDA provider', () => {
  test('is stored: its two libraries, in place of those of earlier versions and of a download that was killed', async () => {
    const place = temporaryFolder();
    for (const left of ['onnxruntime-0.1.0', `${folder}.part`]) {
      mkdirSync(join(place, left));
      writeFileSync(join(place, left, 'left.so'), 'left');
    }
    const seen: DownloadProgress[] = [];
    await store(place, undefined, progress => seen.push(progress));
    expect(readdirSync(place)).toEqual([folder]);
    expect(readdirSync(join(place, folder)).sort()).toEqual([first.file, second.file].sort());
    expect(readFileSync(join(place, folder, first.file)).equals(content(1))).toBe(true);
    expect(readFileSync(join(place, folder, second.file)).equals(content(2))).toBe(true);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).sort((a, b) => a - b));
    expect(seen.at(-1)?.bytes).toBe(seen[0]?.of);
  });

  test('is lent to the runtime once, and again where that is another one', async () => {
    const [place, runtime] = [temporaryFolder(), temporaryFolder()];
    expect(await lendProvider(place, provider, runtime)).toBe(false);
    await store(place);
    writeFileSync(join(runtime, second.file), 'of an earlier version');
    expect(await lendProvider(place, provider, runtime)).toBe(true);
    expect(readdirSync(runtime).sort()).toEqual([first.file, second.file].sort());
    expect(readFileSync(join(runtime, second.file)).equals(content(2))).toBe(true);
    utimesSync(runtime, 1, 1);
    expect(await lendProvider(place, provider, runtime)).toBe(true);
    expect(statSync(runtime).mtimeMs).toBe(1000);
    expect(await userErrorOf(() => lendProvider(place, provider, join(runtime, 'nowhere')))).toContain('nowhere');
  });

  test.each<[Fault, RegExp]>([
    ['no feed', /does not answer as a feed/],
    ['no package', /HTTP status 404/],
    ['another package', /not the package that was announced/],
    ['longer than announced', /not the package that was announced/],
    ['broken connection', /broke off/],
    ['redirected to http', /^http:\/\/packages\.example is not asked: .* over https only/],
    ['redirected without end', /from one address to the next without an end/],
    ['announced without limit', /does not answer as a feed/],
    ['endless answer', /does not answer as a feed/],
  ])('is not stored from a feed with %s, and nothing is left', async (fault, sentence) => {
    feed.fault = fault;
    const place = temporaryFolder();
    expect(await userErrorOf(() => store(place))).toMatch(sentence);
    expect(readdirSync(place)).toEqual([]);
  });

  test('is stored from a feed that leads on to another address that may be asked', async () => {
    feed.fault = 'redirected to itself';
    const place = temporaryFolder();
    await store(place);
    expect(readdirSync(place)).toEqual([folder]);
  });

  test.each([
    ['the same package', 1, 'agrees'],
    ['another package', 5, undefined],
  ] as const)('is held against the feed of its maker, which has %s', async (_name, seed, maker) => {
    const made = await servePackage(published.name, published.version, {
      [first.entry]: content(seed),
      [second.entry]: content(2),
      'runtimes/linux-x64/native/libonnxruntime_providers_tensorrt.so': content(3),
      'README.md': content(4),
    });
    const place = temporaryFolder();
    const { signal } = new AbortController();
    const request = { store: place, signal, onProgress: () => {} };
    const mirrored = { ...provider, maker: made.address };
    if (maker) expect(await storeProvider({ ...request, provider: mirrored })).toEqual({ maker });
    else {
      const sentence = await userErrorOf(() => storeProvider({ ...request, provider: mirrored }));
      expect(sentence).toMatch(/another package .* than .* where its maker publishes it .* nothing was installed/);
      expect(readdirSync(place)).toEqual([]);
    }
    made.close();
  });

  test('is stored where the feed of its maker cannot be reached, and that is said', async () => {
    const { signal } = new AbortController();
    const mirrored = { ...provider, maker: 'http://127.0.0.1:9/index.json' };
    const request = { provider: mirrored, store: temporaryFolder(), signal, onProgress: () => {} };
    expect(await storeProvider(request)).toEqual({ maker: 'not reached' });
  });

  test.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'of another feed is held against the maker, of a feed on this machine not',
    () => {
      expect(requiredProvider('')).toMatchObject({ feed: published.feed });
      expect(requiredProvider('').maker).toBeUndefined();
      expect(requiredProvider('https://mirror.example/index.json')).toMatchObject({ maker: published.feed });
      expect(requiredProvider(published.feed).maker).toBeUndefined();
      expect(requiredProvider(feed.address).maker).toBeUndefined();
    },
  );

  test('is given up where a server sends no more', async () => {
    const { signal } = new AbortController();
    const announced = await findPackage(feed.address, published.name, published.version, signal);
    feed.fault = 'half and no more';
    const file = join(temporaryFolder(), 'package');
    // It sends no more however long one waits.
    expect(await userErrorOf(() => download(announced, file, signal, () => {}, 100))).toMatch(/broke off/);
  });

  test('is not stored from a package that is none, though it is the one that was announced', async () => {
    const archive = join(temporaryFolder(), 'package.zip');
    writeFileSync(archive, content(1));
    const { signal } = new AbortController();
    expect(await userErrorOf(() => unpack(archive, published.libraries, temporaryFolder(), signal))).toMatch(
      /The package cannot be unpacked/,
    );
  });

  test('is not stored where the package lacks a library', async () => {
    const other = await servePackage(published.name, published.version, { [first.entry]: content(1) });
    const place = temporaryFolder();
    const lacking = { ...published, feed: other.address };
    const { signal } = new AbortController();
    const sentence = await userErrorOf(() =>
      storeProvider({ provider: lacking, store: place, signal, onProgress: () => {} }),
    );
    other.close();
    expect(sentence).toContain(second.entry);
    expect(readdirSync(place)).toEqual([]);
  });

  test('is not stored when the person cancels, and what there was stays', async () => {
    const place = temporaryFolder();
    mkdirSync(join(place, 'onnxruntime-0.1.0'));
    feed.fault = 'half and no more';
    const controller = new AbortController();
    await expect(store(place, controller.signal, () => controller.abort())).rejects.toThrow(/abort/);
    expect(readdirSync(place)).toEqual(['onnxruntime-0.1.0']);
  });

  test('cannot be had from what is no address, or from where nobody answers', async () => {
    const place = temporaryFolder();
    for (const [address, sentence] of [
      ['nowhere', /no address/],
      ['http://packages.example/index.json', /over https only/],
      ['ftp://127.0.0.1/index.json', /over https only/],
      ['http://127.0.0.1:9/index.json', /cannot be reached/],
    ] as const) {
      provider = { ...published, feed: address };
      expect(await userErrorOf(() => store(place))).toMatch(sentence);
    }
    provider = { ...published, feed: feed.address };
  });
});

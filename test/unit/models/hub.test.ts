import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  bytesOf,
  cachedModels,
  installedAs,
  missingFiles,
  removeSnapshots,
} from '../../../src/runtime/models/hub/installed.ts';
import { parseReference } from '../../../src/runtime/models/hub/reference.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import type { FetchProgress } from '../../../src/runtime/results/models.ts';
import { sha256 } from '../../support/hub-server.ts';
import {
  add,
  asksFor,
  blobOf,
  first,
  hubWith,
  name,
  remaining,
  second,
  shards,
  whole,
} from '../../support/tiny-hub.ts';
import { userErrorOf } from '../../support/user-error.ts';

describe('a model is fetched', () => {
  test('into the form that all tools share: blobs, a snapshot of links, and the commit of the branch', async () => {
    const hub = await hubWith();
    const seen: FetchProgress[] = [];
    const folder = await add(hub.access, undefined, progress => seen.push(progress));
    expect(folder).toBe(join(hub.repository, 'snapshots', first));
    expect(readFileSync(join(hub.repository, 'refs', 'main'), 'utf8')).toBe(first);
    for (const file of readdirSync(folder)) {
      expect(readFileSync(join(folder, file)).equals(whole[file] ?? new Uint8Array())).toBe(true);
      expect(lstatSync(join(folder, file)).isSymbolicLink()).toBe(true);
      expect(readlinkSync(join(folder, file))).toMatch(/^\.\.\/\.\.\/blobs\/([0-9a-f]{40}|[0-9a-f]{64})$/);
    }
    expect(await missingFiles(folder)).toEqual([]);
    expect((await openModel(folder)).revision).toBe(first);
    expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).sort((a, b) => a - b));
    expect(seen.at(-1)).toEqual({ bytes: await bytesOf(folder), of: await bytesOf(folder) });
  });

  test('without pickles and all else that is not needed, and nothing twice', async () => {
    const hub = await hubWith();
    const folder = await add(hub.access);
    expect(readdirSync(folder).sort()).toEqual(
      ['config.json', 'model.safetensors.index.json', 'tokenizer.json', 'tokenizer_config.json', ...shards].sort(),
    );
    expect(asksFor(hub, 'pytorch_model.bin')).toEqual([]);
    const before = hub.server.asked.length;
    await add(hub.access);
    expect(hub.server.asked.slice(before).filter(({ path }) => path.includes('/resolve/'))).toEqual([]);
  });

  test('through a gate with a token, which only the hub sees', async () => {
    const hub = await hubWith({ readers: ['hf_mine'] });
    expect(await userErrorOf(() => add(hub.access))).toMatch(/is gated: accept its licence at http.*then set HF_TOKEN/);
    expect(await userErrorOf(() => add({ ...hub.access, token: 'hf_other' }))).toMatch(/gated.*has no access yet/);
    await add({ ...hub.access, token: 'hf_mine' });
    const toStore = hub.server.asked.filter(({ host }) => host === 'store');
    expect(toStore.length).toBeGreaterThan(0);
    expect(toStore.filter(({ authorization }) => authorization)).toEqual([]);
  });

  test('on from where the connection dropped', async () => {
    const hub = await hubWith();
    hub.server.fault = 'half and no more';
    const dropAtHalf = ({ bytes, of }: FetchProgress): void => {
      if (!hub.server.fault || bytes < of - remaining) return;
      hub.server.fault = undefined;
      hub.server.drop();
    };
    const folder = await add(hub.access, undefined, dropAtHalf);
    expect(await missingFiles(folder)).toEqual([]);
    for (const shard of shards) {
      const asked = hub.server.asked.filter(
        ({ host, path }) => host === 'store' && path.endsWith(sha256(whole[shard] ?? new Uint8Array())),
      );
      const half = (whole[shard]?.length ?? 0) >> 1;
      expect(asked.map(({ range }) => range)).toEqual([undefined, `bytes=${half}-`]);
    }
  });

  test('from the beginning where a host knows no ranges', async () => {
    const hub = await hubWith();
    const [shard = ''] = shards;
    mkdirSync(join(hub.repository, 'blobs'), { recursive: true });
    writeFileSync(`${blobOf(hub, shard)}.incomplete`, 'what an earlier attempt has left');
    hub.server.fault = 'no ranges';
    expect(await missingFiles(await add(hub.access))).toEqual([]);
  });

  test('where a disk has no links: files of the snapshot count, and one that was cut off is replaced', async () => {
    const hub = await hubWith();
    const folder = await add(hub.access);
    for (const file of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, file));
      rmSync(join(folder, file));
      writeFileSync(join(folder, file), bytes);
    }
    rmSync(join(hub.repository, 'blobs'), { recursive: true });
    const before = hub.server.asked.length;
    const fetched = (): string[] =>
      hub.server.asked.slice(before).flatMap(({ host, path }) => (host === 'store' ? path : []));
    await add({ ...hub.access, freeBytes: () => Promise.resolve(0) });
    expect(fetched()).toEqual([]);

    const [shard = ''] = shards;
    const content = whole[shard] ?? new Uint8Array();
    writeFileSync(join(folder, shard), content.subarray(0, 100));
    await add(hub.access);
    expect(fetched()).toEqual([expect.stringMatching(sha256(content))]);
    expect(readFileSync(join(folder, shard)).equals(content)).toBe(true);
  });

  test('after it was cancelled, on from there', async () => {
    const hub = await hubWith();
    hub.server.fault = 'half and no more';
    const controller = new AbortController();
    const stopAtHalf = ({ bytes, of }: FetchProgress): void => {
      if (bytes >= of - remaining) controller.abort();
    };
    await expect(add(hub.access, undefined, stopAtHalf, controller.signal)).rejects.toThrow(/abort/);
    expect((await installedAs({ name, revision: undefined }, hub.access.cache)).length).toBe(1);
    expect(existsSync(join(hub.repository, 'refs'))).toBe(false);
    hub.server.fault = undefined;
    const before = hub.server.asked.length;
    expect(await missingFiles(await add(hub.access))).toEqual([]);
    const again = hub.server.asked.slice(before).filter(({ host }) => host === 'store');
    expect(again.map(({ range }) => range?.startsWith('bytes='))).toEqual(shards.map(() => true));
  });

  test('again when its branch has moved; the earlier revision stays and shares what is equal', async () => {
    const hub = await hubWith();
    const earlier = await add(hub.access);
    const changed = { ...whole, 'tokenizer_config.json': Buffer.from('{}') };
    Object.assign(hub.model.commits, { [second]: changed });
    hub.model.branches.main = second;
    const before = hub.server.asked.length;
    const later = await add(hub.access);
    expect(later).toBe(join(hub.repository, 'snapshots', second));
    expect(hub.server.asked.slice(before).filter(({ host }) => host === 'store')).toEqual([]);
    expect(readFileSync(join(hub.repository, 'refs', 'main'), 'utf8')).toBe(second);
    expect((await openModel(earlier)).revision).toBe(first);
    const { cache } = hub.access;
    const named = (revision?: string) =>
      installedAs({ name: 'tiny-llama', revision }, cache).then(found => found.map(({ folder }) => folder));
    expect(await named()).toEqual([later, earlier]);
    expect(await named('1111111')).toEqual([earlier]);
    expect(await named('main')).toEqual([later]);
  });
});

test('a model is removed with what only it uses, and the last one with everything', async () => {
  const hub = await hubWith();
  const { cache } = hub.access;
  const earlier = await add(hub.access);
  const one = { ...whole, 'tokenizer_config.json': Buffer.from('{}') };
  Object.assign(hub.model.commits, { [second]: one });
  hub.model.branches.main = second;
  const later = await add(hub.access);
  const [found] = await installedAs({ name, revision: second }, cache);
  if (!found) throw new Error('it is not installed');
  expect(await removeSnapshots(name, [found], cache)).toBe('{}'.length + second.length);
  expect(existsSync(later)).toBe(false);
  expect(existsSync(join(hub.repository, 'refs', 'main'))).toBe(false);
  expect(await missingFiles(earlier)).toEqual([]);
  const bytes = await bytesOf(earlier);
  expect(await removeSnapshots(name, await installedAs({ name, revision: undefined }, cache), cache)).toBe(bytes);
  expect(existsSync(hub.repository)).toBe(false);
});

test('models that Python has fetched by commit, without refs, are found', async () => {
  const hub = await hubWith();
  await add(hub.access, first);
  expect(existsSync(join(hub.repository, 'refs'))).toBe(false);
  expect(await cachedModels(hub.access.cache)).toMatchObject([{ id: name, revision: first, refs: [] }]);
  expect(statSync(join(hub.repository, 'snapshots', first)).isDirectory()).toBe(true);
});

test('a reference is a name with an optional revision', () => {
  expect(parseReference('EleutherAI/pythia-160m')).toEqual({ name: 'EleutherAI/pythia-160m', revision: undefined });
  expect(parseReference(' gpt2@refs/pr/1 ')).toEqual({ name: 'gpt2', revision: 'refs/pr/1' });
  for (const text of ['', '../x', './model', '/model', 'a/b/c', 'a/b@', 'a/b@../../x', 'a--b/c', 'a/..'])
    expect(parseReference(text)).toBeUndefined();
});

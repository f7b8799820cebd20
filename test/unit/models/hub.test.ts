import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HubAccess } from '../../../src/runtime/models/hub/access.ts';
import {
  bytesOf,
  cachedModels,
  installedAs,
  missingFiles,
  removeSnapshots,
} from '../../../src/runtime/models/hub/installed.ts';
import { fetchLanguageModel } from '../../../src/runtime/models/hub/language-model.ts';
import { parseReference } from '../../../src/runtime/models/hub/reference.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import type { FetchProgress } from '../../../src/runtime/results/models.ts';
import { prepareAnswers } from '../../fuzz/answer-seeds.ts';
import { withAnswers } from '../../fuzz/answers.ts';
import { filesIn, type HubServer, type ServedModel, serveHub, sha256 } from '../../support/hub-server.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

const name = 'someone/Tiny-Llama';
const [first, second] = ['1'.repeat(40), '2'.repeat(40)];
const whole = filesIn(fixtureModel('llama-sharded-f32'));
const shards = Object.keys(whole).filter(file => file.endsWith('.safetensors'));
const pickle = { 'pytorch_model.bin': new Uint8Array(10), 'README.md': new Uint8Array(3) };

/** Bytes that have not come when half of every shard has. */
const remaining = shards.reduce((sum, shard) => sum + Math.ceil((whole[shard]?.length ?? 0) / 2), 0);

interface Hub {
  readonly server: HubServer;
  readonly model: ServedModel;
  readonly access: HubAccess;
  readonly repository: string;
}

async function hubWith(given: Partial<ServedModel> = {}): Promise<Hub> {
  const model = { commits: { [first]: { ...whole, ...pickle } }, branches: { main: first }, ...given };
  const server = await serveHub({ [name]: model });
  const cache = join(temporaryFolder(), 'hub');
  const freeBytes = (): Promise<number> => Promise.resolve(1e12);
  const access = { endpoint: server.address, token: undefined, cache, offline: false, freeBytes };
  return { server, model, access, repository: join(cache, 'models--someone--Tiny-Llama') };
}

const never = new AbortController().signal;
const ignore = (_: FetchProgress): void => undefined;

function add(access: HubAccess, revision?: string, onProgress = ignore, signal = never): Promise<string> {
  return fetchLanguageModel(access, { name, revision }, { signal, onProgress });
}

const asksFor = ({ server }: Hub, file: string) => server.asked.filter(({ path }) => path.endsWith(file));
const blobOf = ({ repository }: Hub, file: string): string =>
  join(repository, 'blobs', sha256(whole[file] ?? new Uint8Array()));

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

describe('a model is not fetched', () => {
  test('when its content is another one, which is not kept', async () => {
    const hub = await hubWith();
    hub.server.fault = 'other content';
    expect(await userErrorOf(() => add(hub.access))).toMatch(/another checksum.*HF_ENDPOINT/);
    expect(shards.filter(shard => existsSync(blobOf(hub, shard)))).toEqual([]);
    expect(existsSync(join(hub.repository, 'refs'))).toBe(false);
  });

  test('when the connection keeps dropping', async () => {
    const hub = await hubWith();
    hub.server.fault = 'always drops';
    expect(await userErrorOf(() => add(hub.access))).toMatch(/(broke off|cannot be reached)/);
  });

  test('when there is no room on the disk, which is known before', async () => {
    const hub = await hubWith();
    const full = { ...hub.access, freeBytes: () => Promise.resolve(1000) };
    expect(await userErrorOf(() => add(full))).toMatch(/needs 0\.\d GB more and 0\.0 GB are free.*HF_HOME/);
    expect(hub.server.asked.filter(({ path }) => path.includes('/resolve/'))).toEqual([]);
  });

  test.skipIf(!existsSync('/dev/full'))('when the disk fills up meanwhile', async () => {
    const hub = await hubWith();
    mkdirSync(join(hub.repository, 'blobs'), { recursive: true });
    symlinkSync('/dev/full', `${blobOf(hub, shards[0] ?? '')}.incomplete`);
    expect(await userErrorOf(() => add(hub.access))).toMatch(/the disk is full; make room and try again/);
  });

  test('when it has pickles only, or is of a kind that is not computed: no weights are asked for', async () => {
    const { 'config.json': config, 'tokenizer.json': tokenizer } = whole;
    if (!config || !tokenizer) throw new Error('the fixture is not whole');
    const bert = Buffer.from('{"model_type":"bert"}');
    const hub = await hubWith({
      commits: {
        [first]: { 'config.json': config, 'tokenizer.json': tokenizer, ...pickle },
        [second]: { ...whole, 'config.json': bert },
      },
      branches: { main: first, other: second },
    });
    expect(await userErrorOf(() => add(hub.access))).toMatch(/no weights as model.safetensors.*can run code/);
    expect(await userErrorOf(() => add(hub.access, 'other'))).toMatch(/config.json of .* "bert"/);
    expect(hub.server.asked.filter(({ host }) => host === 'store')).toEqual([]);
  });

  test('when there is no such model, no such revision, no hub, or no network is wanted', async () => {
    const hub = await hubWith();
    const other = (access: HubAccess) =>
      fetchLanguageModel(access, { name: 'no/such', revision: undefined }, { signal: never, onProgress: ignore });
    expect(await userErrorOf(() => other(hub.access))).toMatch(/shows no model no\/such; check the name/);
    expect(await userErrorOf(() => add(hub.access, 'v9'))).toMatch(/has no revision v9/);
    expect(await userErrorOf(() => add({ ...hub.access, endpoint: 'http://127.0.0.1:9' }))).toMatch(
      /127.0.0.1:9 cannot be reached/,
    );
    expect(await userErrorOf(() => add({ ...hub.access, offline: true }))).toMatch(/HF_HUB_OFFLINE is set/);
  });

  test('while another process fetches it; one that was killed does not count', async () => {
    const hub = await hubWith();
    const folder = join(hub.access.cache, '.locks', 'models--someone--Tiny-Llama');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'proto-tokens.lock'), String(process.ppid));
    expect(await userErrorOf(() => add(hub.access))).toMatch(/fetched already \(by process \d+\)/);
    writeFileSync(join(folder, 'proto-tokens.lock'), '4194305');
    await add(hub.access);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a server that says more than a hub does is not listened to:', () => {
  /** What is said of a fetch from a hub whose answers have been changed. */
  async function said(change: (folder: string) => void): Promise<string> {
    const folder = temporaryFolder();
    await prepareAnswers(folder, fixtureModel('llama-tied-bf16'));
    const [answers, cache] = [join(folder, 'hub-answers'), join(folder, 'cache')];
    change(answers);
    let sentence = '';
    await withAnswers(answers, async endpoint => {
      const freeBytes = (): Promise<number> => Promise.resolve(1e12);
      const access = { endpoint, token: undefined, cache, offline: false, freeBytes };
      const hooks = { signal: never, onProgress: ignore };
      const reference = { name: 'a/b', revision: undefined };
      sentence = await userErrorOf(() => fetchLanguageModel(access, reference, hooks));
    });
    expect(existsSync(join(cache, 'models--a--b', 'blobs'))).toBe(false);
    return sentence;
  }
  const edit = (path: string, from: string, to: string): void => {
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  };

  test('pages without an end', async () => {
    const link = JSON.stringify({ link: '<{origin}/second>; rel="next"' });
    const endless = (folder: string): void =>
      edit(
        join(folder, 'answers.json'),
        '"headers":{},"file":"second-page.json"',
        `"headers":${link},"file":"second-page.json"`,
      );
    expect(await said(endless)).toMatch(/says more of this model than a hub does, and nothing was fetched/);
  });

  test('a page of many megabytes', async () => {
    const long = (folder: string): void => writeFileSync(join(folder, 'second-page.json'), ' '.repeat(17 * 2 ** 20));
    expect(await said(long)).toMatch(/says more of this model than a hub does, and nothing was fetched/);
  });

  test('a configuration of many megabytes', async () => {
    const large = (folder: string): void =>
      edit(join(folder, 'first-page.json'), '"{size:config.json}"', String(5 * 2 ** 20));
    expect(await said(large)).toMatch(/^config\.json of a\/b has 6 MB and nothing was fetched/);
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

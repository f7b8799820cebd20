import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HubAccess } from '../../../src/runtime/models/hub/access.ts';
import { fetchLanguageModel } from '../../../src/runtime/models/hub/language-model.ts';
import { prepareAnswers } from '../../fuzz/answer-seeds.ts';
import { withAnswers } from '../../fuzz/answers.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { add, blobOf, first, hubWith, ignore, never, pickle, second, shards, whole } from '../../support/tiny-hub.ts';
import { userErrorOf } from '../../support/user-error.ts';

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
    for (const endpoint of ['hf-mirror.com', 'localhost:8080', 'https://'])
      expect(await userErrorOf(() => add({ ...hub.access, endpoint }))).toContain(`HF_ENDPOINT is "${endpoint}"`);
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
    const heldBy = (pid: number): void =>
      writeFileSync(join(folder, 'proto-tokens.lock'), JSON.stringify({ pid, host: hostname() }));
    heldBy(process.ppid);
    expect(await userErrorOf(() => add(hub.access))).toContain(`(by process ${process.ppid} on this machine)`);
    heldBy(4_194_305);
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

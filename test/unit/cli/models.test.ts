import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { output, run, start } from '../../support/command-line.ts';
import { filesIn, type HubServer, type ServedModel, serveHub } from '../../support/hub-server.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';

const name = 'someone/Tiny-Llama';
const [first, second] = ['1'.repeat(40), '2'.repeat(40)];
const whole = filesIn(fixtureModel('llama-sharded-f32'));
const other = filesIn(fixtureModel('llama-tied-bf16'));

/** A hub with one model, and an empty cache; the command line's processes find both in their environment. */
async function hubInEnvironment(given: Partial<ServedModel> = {}): Promise<{ server: HubServer; home: string }> {
  const model = { commits: { [first]: whole, [second]: other }, branches: { main: first }, ...given };
  const server = await serveHub({ [name]: model });
  const home = temporaryFolder();
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [variable, value] of Object.entries({ HF_ENDPOINT: server.address, HF_HOME: home, HF_TOKEN: '' }))
    vi.stubEnv(variable, value);
  vi.stubEnv('HF_HUB_CACHE', undefined);
  return { server, home };
}

const words = (args: readonly string[]): Promise<string> => output(args).then(bytes => bytes.toString());
const folderOf = (home: string, commit = first): string =>
  join(home, 'hub', 'models--someone--Tiny-Llama', 'snapshots', commit);

describe('models', () => {
  test('are added, listed, described and removed', async () => {
    const { home } = await hubInEnvironment({ licence: 'mit' });
    expect(await words(['models', 'list'])).toMatch(/No model is installed.*EleutherAI\/pythia-160m +162 M/s);
    expect(await words(['models', 'add', name])).toBe(
      `${name} at revision 11111111 lies in ${folderOf(home)}.\nUse it with --model ${name}.\n`,
    );
    expect(await words(['models', 'list'])).toMatch(/someone\/Tiny-Llama +11111111 main +1 MB\n/);
    expect(await words(['models', 'info', name])).toMatch(
      /revision +1{40}\nfamily +Llama \(Llama 3, SmolLM2, TinyLlama\)\nlicence +mit\nparameters +0 M\ndownload +1 MB\nmemory +\d+ MiB at most \(.*weights.*activations\)\ninstalled +11111111 in/,
    );
    expect(await words(['models', 'remove', 'tiny-llama'])).toMatch(/Removed someone\/Tiny-Llama \(11111111\): 1 MB/);
    expect(existsSync(join(home, 'hub', 'models--someone--Tiny-Llama'))).toBe(false);
    const { code, stderr } = await run(['models', 'remove', name]);
    expect([code, stderr]).toEqual([1, `${name} is not installed; "models list" shows what is.\n`]);
  });

  test('of a family that is not computed here are told so before anything is fetched', async () => {
    const config = new TextEncoder().encode(JSON.stringify({ model_type: 'mamba' }));
    const { server, home } = await hubInEnvironment({ commits: { [first]: { ...whole, 'config.json': config } } });
    const info = await words(['models', 'info', name]);
    expect(info).toMatch(/^family +"mamba", which is not computed here$/m);
    expect(info).toMatch(
      /^download +.*is a model of type "mamba".*one of the families GPT-NeoX \(Pythia\), .*SmolLM3\.$/m,
    );
    expect(info).toMatch(/^memory +not planned/m);
    const { code, stderr } = await run(['models', 'add', name]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/type "mamba", which is not computed here/);
    expect(server.asked.filter(({ host }) => host === 'store')).toEqual([]);
    // Another tool may have fetched it.
    const snapshot = folderOf(home);
    for (const [path, content] of Object.entries({ ...whole, 'config.json': config })) {
      mkdirSync(dirname(join(snapshot, path)), { recursive: true });
      writeFileSync(join(snapshot, path), content);
    }
    expect(await words(['models', 'list'])).toMatch(
      /Tiny-Llama +1{8} .*of the type "mamba", which is not computed here/,
    );
    expect(await words(['doctor'])).toMatch(/: 1 model, 0 of the families that are computed here;/);
  });

  test('go on after Ctrl-C from where they were', async () => {
    const { server, home } = await hubInEnvironment();
    server.fault = 'half and no more';
    const { says, signalGroup, ended } = start(['models', 'add', name]);
    await says(`${name}: `);
    signalGroup('SIGINT');
    const { code, stderr, stdout } = await ended;
    expect([code, stdout.length]).toEqual([130, 0]);
    expect(stderr).toContain('the same command continues from there');
    server.fault = undefined;
    await output(['models', 'add', name]);
    expect(existsSync(join(folderOf(home), 'model-00002-of-00002.safetensors'))).toBe(true);
  });

  test('behind a gate are fetched with the token that "hf auth login" has left', async () => {
    const { home } = await hubInEnvironment({ readers: ['hf_mine'] });
    const { code, stderr } = await run(['models', 'add', name]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/gated: accept its licence at .*hf auth login/);
    writeFileSync(join(home, 'token'), 'hf_mine\n');
    await output(['models', 'add', name]);
  });

  test('come through the proxy that the environment names', async () => {
    await hubInEnvironment();
    const through: string[] = [];
    const proxy = createServer().on('connect', ({ url = '' }, client) => {
      through.push(url);
      const [host, port] = url.split(':');
      const target = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(client).pipe(target);
      });
      target.on('error', () => client.destroy());
      client.on('error', () => target.destroy());
      onTestFinished(() => void target.destroy());
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const address = proxy.address();
    if (!address || typeof address === 'string') throw new Error('the proxy has no port');
    vi.stubEnv('http_proxy', `http://127.0.0.1:${address.port}`);
    vi.stubEnv('no_proxy', '');
    await output(['models', 'add', name]);
    expect(through.length).toBeGreaterThan(1);
  });
});

test('a file is decoded with the installed model that it was made with, whatever its branch leads to by now', async () => {
  const branches = { main: first };
  const { home } = await hubInEnvironment({ branches });
  const text = join(temporaryFolder(), 'text.txt');
  writeFileSync(text, 'the lamp');
  const compress = ['compress', text, '--device', 'cpu', '--budget', '5', '--model', name];
  const missing = await run(compress);
  expect([missing.code, missing.stderr]).toEqual([
    1,
    `There is no folder ${name} and no model ${name} in the Hugging Face cache; fetch it with "models add ${name}".\n`,
  ]);
  await output(['models', 'add', name]);
  await output(compress);
  const file = `${text}.tokens.proto`;
  const { model } = JSON.parse(await words(['inspect', file, '--json']));
  expect(model).toMatchObject({ id: name, revision: first });
  branches.main = second;
  await output(['models', 'add', name]);
  expect(existsSync(folderOf(home, second))).toBe(true);
  expect(await words(['decode', file, '--device', 'cpu'])).toBe('the lamp');
  await output(['models', 'remove', `${name}@${first}`]);
  const { code, stderr } = await run(['decode', file]);
  expect([code, stderr]).toEqual([
    1,
    `text.txt.tokens.proto was made with the model ${name} at revision 11111111, which is not installed; fetch it with "models add ${name}@${first}", or in VS Code with "Select Model ...".\n`,
  ]);
  await output(['models', 'add', `${name}@${first}`]);
  expect(await words(['decode', file, '--device', 'cpu'])).toBe('the lamp');
});

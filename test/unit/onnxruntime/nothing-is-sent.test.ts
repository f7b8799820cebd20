import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inRepository } from '../../support/paths.ts';

let [home, attempts]: [string, number] = ['', 0];
let proxy: Server;

// The runtime's own network code asks the proxy that the environment names, so this one hears of every attempt.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'proto-tokens-home-'));
  proxy = createServer(socket => {
    attempts++;
    socket.destroy();
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  proxy.close();
  await rm(home, { recursive: true, force: true });
});

test('a compression opens no connection and leaves nothing in the home folder', async () => {
  // The runtime is silent by itself where it finds itself in continuous integration.
  const { CI, GITHUB_ACTIONS, TF_BUILD, ...environment } = process.env;
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const named = ['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'ALL_PROXY'].map(name => [name, address] as const);
  const out = join(home, 'out.tokens.proto');
  const child = spawn(
    process.execPath,
    [inRepository('dist/cli.mjs'), 'compress', '-', '--out', out, '--budget', '2', '--segment-length', '8'],
    { env: { ...environment, ...Object.fromEntries(named), HOME: home }, stdio: ['pipe', 'ignore', 'inherit'] },
  );
  child.stdin.end('Nothing is sent anywhere.');
  expect(await new Promise(resolve => child.on('close', resolve))).toBe(0);
  expect(attempts).toBe(0);
  expect(await readdir(home)).toEqual(['out.tokens.proto']);
});

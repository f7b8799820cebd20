import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readRequest, recordsFile } from '../../../src/runtime/experiments/folder.ts';
import { Records } from '../../../src/runtime/work/records.ts';
import { inRepository, temporaryFolder } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

const schema = z.object({ word: z.string() });
const open = (path: string) => Records.open(path, schema, 'record of words');

test('a last line that was torn within a character is cut off, and no byte of the lines before it', async () => {
  const path = join(temporaryFolder(), 'x.jsonl');
  await (await open(path)).appendAll([
    ['a', { word: 'größe' }],
    ['b', { word: '漢字' }],
  ]);
  const whole = readFileSync(path);
  appendFileSync(path, Buffer.from('{"version":1,"key":"c","word":"漢').subarray(0, -1));
  const records = await open(path);
  expect(readFileSync(path).equals(whole)).toBe(true);
  expect(records.all()).toMatchObject([{ word: 'größe' }, { word: '漢字' }]);
});

test.skipIf(process.platform !== 'linux')(
  'a line that did not fit on the disk leaves nothing of it behind',
  async () => {
    const folder = temporaryFolder();
    const [script, path] = [join(folder, 'script.mjs'), join(folder, 'x.jsonl')];
    const contents = `
    import { z } from 'zod';
    import { Records } from './src/runtime/work/records.ts';
    const records = await Records.open(process.argv[2], z.object({ word: z.string() }), 'record of words');
    await records.append('a', { word: 'short' });
    const refused = await records.append('b', { word: 'long'.repeat(1000) }).catch(error => error.message);
    await records.append('c', { word: 'short' });
    process.send(refused);
  `;
    const stdin = { contents, resolveDir: inRepository('.') };
    await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: script });
    // Files of more than two kilobytes are refused, after as much of them as fits.
    const child = spawn('bash', ['-c', 'ulimit -f 2; exec "$0" "$@"', process.execPath, script, path], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [refused] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    expect(refused).toMatch(/x\.jsonl cannot be written: /);
    expect((await open(path)).all()).toMatchObject([{ word: 'short' }, { word: 'short' }]);
  },
);

test('a line that is too large to be a record ends the reading, however much follows', async () => {
  const path = join(temporaryFolder(), 'x.jsonl');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 32);
  expect(await userErrorOf(() => open(path))).toMatch(/^Line 1 of .* is no record of words/);
});

test.skipIf(process.platform === 'win32')('pipes in the folder of an experiment are not opened', async () => {
  const folder = temporaryFolder();
  for (const path of [recordsFile(folder), join(folder, 'experiment.json')]) execFileSync('mkfifo', [path]);
  expect(await userErrorOf(() => open(recordsFile(folder)))).toMatch(/is not a regular file/);
  expect(await userErrorOf(() => readRequest(folder))).toMatch(/is not a regular file/);
});

test('a description of an experiment that is too large is not read', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'experiment.json'), '');
  truncateSync(join(folder, 'experiment.json'), 2 ** 32);
  expect(await userErrorOf(() => readRequest(folder))).toMatch(/experiment\.json has .* MB and was not read/);
});

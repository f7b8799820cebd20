import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readRequest, recordsFile } from '../../../src/runtime/experiments/folder.ts';
import { Records } from '../../../src/runtime/work/records.ts';
import { temporaryFolder } from '../../support/paths.ts';
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

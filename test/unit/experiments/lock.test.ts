import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFolder } from '../../../src/runtime/experiments/lock.ts';
import { run, start } from '../../support/command-line.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence, userErrorOf } from '../../support/user-error.ts';

const lockOf = (folder: string): string => join(folder, 'experiment.lock');
/** Of a process of another machine, which nobody can look for. */
const elsewhere = JSON.stringify({ pid: 1, host: 'elsewhere.example.org' });

test('a folder says who works in it, and no longer when that is over', async () => {
  const folder = temporaryFolder();
  await expect(
    inFolder(folder, () => {
      expect(JSON.parse(readFileSync(lockOf(folder), 'utf8'))).toEqual({ pid: process.pid, host: hostname() });
      return Promise.reject(new Error('it failed'));
    }),
  ).rejects.toThrow('it failed');
  expect(existsSync(lockOf(folder))).toBe(false);
});

test('another machine keeps a folder while it is heard of', async () => {
  const folder = temporaryFolder();
  writeFileSync(lockOf(folder), elsewhere);
  const sentence = await userErrorOf(() => inFolder(folder, () => Promise.resolve()));
  expect(sentence).toContain('process 1 on elsewhere.example.org');
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(lockOf(folder), longAgo, longAgo);
  expect(await inFolder(folder, () => Promise.resolve('mine'))).toBe('mine');
});

test.each(['', '{', '{"pid":"1"}'])('a lock that was torn (%s) keeps nobody out', async text => {
  const folder = temporaryFolder();
  writeFileSync(lockOf(folder), text);
  expect(await inFolder(folder, () => Promise.resolve('mine'))).toBe('mine');
});

test('of two commands in one folder the second says what to do, and a killed one blocks nobody', async () => {
  const out = join(temporaryFolder(), 'out');
  const model = ['--model', fixtureModel('llama-tied-bf16'), '--device', 'cpu'];
  const settings = ['lengths=4', 'texts=4', 'recipe=paper', 'budget=1000000'].flatMap(given => ['--set', given]);
  const args = ['experiment', 'run', 'arrangements', ...model, '--out', out];
  const first = start([...args, ...settings]);
  await first.says('evaluation');
  const second = await run([...args, ...settings]);
  expect(second.code).toBe(1);
  expectOneSentence(second.stderr.trim());
  expect(second.stderr).toContain(`process ${first.child.pid} on this machine`);
  first.signalGroup('SIGKILL');
  await first.ended;
  expect(existsSync(lockOf(out))).toBe(true);
  const few = ['lengths=1', 'texts=1', 'budget=1'].flatMap(given => ['--set', given]);
  expect((await run([...args, ...few])).code).toBe(0);
  expect(existsSync(lockOf(out))).toBe(false);
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { inFolder } from '../../../src/runtime/experiments/lock.ts';
import { run, start } from '../../support/command-line.ts';
import { fixtureModel, inRepository, temporaryFolder } from '../../support/paths.ts';
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

test('a folder is made for the work, and is gone again where the work leaves nothing in it', async () => {
  const folder = join(temporaryFolder(), 'outer', 'experiment');
  await expect(inFolder(folder, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(existsSync(folder)).toBe(false);
  await inFolder(folder, async () => writeFileSync(join(folder, 'cells.jsonl'), ''));
  expect(readdirSync(folder)).toEqual(['cells.jsonl']);
  const there = temporaryFolder();
  await inFolder(there, () => Promise.resolve());
  expect(existsSync(there)).toBe(true);
});

test('a file in the place of the folder is told', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, 'kept');
  for (const folder of [file, join(file, 'experiment')]) {
    const sentence = await userErrorOf(() => inFolder(folder, () => Promise.resolve()));
    expectOneSentence(sentence);
    expect(sentence).toContain(folder);
  }
  expect(readFileSync(file, 'utf8')).toBe('kept');
});

test('of many who want a folder at once one has it, also where a killed one has left its lock', async () => {
  const folder = temporaryFolder();
  const script = join(folder, 'script.mjs');
  const contents = `
    import { inFolder } from './src/runtime/experiments/lock.ts';
    const ends = new Promise(resolve => process.on('message', message => message === 'end' && resolve()));
    const work = () => {
      process.send('works');
      return ends;
    };
    process.on('message', folder => {
      if (folder !== 'end')
        inFolder(folder, work).then(
          () => process.exit(),
          error => process.send(error.message),
        );
    });
    process.send('ready');
  `;
  await build({
    stdin: { contents, resolveDir: inRepository('.') },
    ...{ bundle: true, platform: 'node', format: 'esm', outfile: script },
  });
  const rivals = Array.from({ length: 4 }, () => fork(script));
  onTestFinished(() => {
    for (const rival of rivals) rival.kill('SIGKILL');
  });
  const answers = (): Promise<unknown[]> =>
    Promise.all(rivals.map(async rival => (await Promise.race([once(rival, 'message'), once(rival, 'exit')]))[0]));
  expect(await answers()).toEqual(rivals.map(() => 'ready'));
  writeFileSync(lockOf(folder), JSON.stringify({ pid: 4_194_305, host: hostname() }));
  const said = answers();
  for (const rival of rivals) rival.send(folder);
  const refused = (await said).filter(answer => answer !== 'works');
  expect(refused).toHaveLength(rivals.length - 1);
  for (const sentence of refused) expect(sentence).toMatch(/is being computed by process \d+ on this machine/);
  const ended = Promise.race(rivals.map(rival => once(rival, 'exit')));
  for (const rival of rivals) rival.send('end');
  await ended;
  expect(await inFolder(folder, () => Promise.resolve('mine'))).toBe('mine');
});

test('a process does not compute in a folder twice at once, by whatever name', async () => {
  const folder = temporaryFolder();
  const link = join(temporaryFolder(), 'link');
  symlinkSync(folder, link, 'junction');
  await inFolder(folder, async () => {
    const sentence = await userErrorOf(() => inFolder(link, () => Promise.resolve()));
    expect(sentence).toContain(`process ${process.pid} on this machine`);
    expect(existsSync(lockOf(folder))).toBe(true);
  });
  expect(readdirSync(folder)).toEqual([]);
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

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { output, start } from '../../support/command-line.ts';
import { inRepository, temporaryFolder } from '../../support/paths.ts';

const sample = readFileSync(inRepository('media/sample.txt'), 'utf8').slice(0, 110);
const training = 'evaluations';
const stopping = 'Ctrl-C again to leave at once';

function job(): { folder: string; args: readonly string[]; proto: string; checkpoint: string } {
  const folder = temporaryFolder();
  const path = join(folder, 'text.txt');
  writeFileSync(path, sample);
  const proto = `${path}.tokens.proto`;
  return {
    folder,
    args: ['compress', path, '--device', 'cpu', '--segment-length', '10', '--json'],
    proto,
    checkpoint: `${proto}.checkpoint`,
  };
}

test('Ctrl-C once writes what is earned, which decodes exactly; the same command goes on from there', async () => {
  const { folder, args, proto, checkpoint } = job();
  const first = start(args);
  await first.says(training);
  first.signalGroup('SIGINT');
  const { code, stdout, stderr } = await first.ended;
  expect(code).toBe(130);
  expect(stderr).toContain(stopping);
  const earned = JSON.parse(stdout.toString());
  expect(earned.cancelled).toBe(true);
  expect(earned.corrections).toBeGreaterThan(0);
  expect((await output(['decode', proto, '--device', 'cpu'])).toString()).toBe(sample);
  expect(existsSync(checkpoint)).toBe(true);

  const finished = JSON.parse((await output(args)).toString());
  expect(finished.cancelled).toBe(false);
  expect(finished.resumedAfterSeconds).toBeGreaterThan(0);
  expect(finished.evaluations).toBeGreaterThan(earned.evaluations);
  expect(finished.accuracy).toBe(1);
  expect((await output(['decode', proto, '--device', 'cpu'])).toString()).toBe(sample);
  expect(readdirSync(folder).sort()).toEqual(['text.txt', 'text.txt.tokens.proto']);
});

test('Ctrl-C twice leaves at once, even when the engine hangs, and leaves nothing half-written', async () => {
  const { folder, args, checkpoint } = job();
  const running = start(args);
  await running.says(training);
  // Then its next write is two seconds away.
  while (!existsSync(checkpoint)) await sleep(5);
  // An engine that hangs, and a command line that does not.
  running.signalGroup('SIGSTOP');
  running.child.kill('SIGCONT');
  running.child.kill('SIGINT');
  await running.says(stopping);
  running.child.kill('SIGINT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(stdout.toString()).toBe('');
  expect(readdirSync(folder).sort()).toEqual(['text.txt', 'text.txt.tokens.proto.checkpoint']);
});

/** A text that the paper's recipe does not learn as one segment in any time that a test has. */
const endless = ['--recipe', 'paper', '--segment-length', '128', '--budget', '1000000'];

test('Ctrl-C leaves a finished file as it is; a complete result replaces it', async () => {
  const { folder, args, proto, checkpoint } = job();
  const text = join(folder, 'text.txt');
  writeFileSync(text, 'The sea was calm.');
  await output(args);
  const finished = readFileSync(proto);
  writeFileSync(text, readFileSync(inRepository('media/sample.txt'), 'utf8').repeat(2).slice(0, 500));
  const running = start([...args, ...endless]);
  await running.says(training);
  running.signalGroup('SIGINT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout.toString())).toMatchObject({ cancelled: true, written: false });
  expect(Buffer.compare(readFileSync(proto), finished)).toBe(0);
  expect(existsSync(checkpoint)).toBe(true);

  writeFileSync(text, 'I will go home now.');
  const again = JSON.parse((await output(args)).toString());
  expect(again).toMatchObject({ cancelled: false, written: true });
  expect(Buffer.compare(readFileSync(proto), finished)).not.toBe(0);
});

test('Ctrl-C that ends an engine before it has begun is told as an interruption', async () => {
  const { folder, args } = job();
  const running = start([...args, '--verbose']);
  await running.says('runs as process');
  const engine = Number(/runs as process (\d+)/.exec(running.said())?.[1]);
  // It stands still wherever it is, so that it cannot answer; then it ends as by the signal that the group gets.
  process.kill(engine, 'SIGSTOP');
  running.child.kill('SIGINT');
  await running.says(stopping);
  process.kill(engine, 'SIGKILL');
  const { code, stdout, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stdout.toString()).toBe('');
  expect(stderr).toContain('Interrupted before there was a result');
  expect(stderr).not.toMatch(/\n +at /);
  expect(readdirSync(folder)).toEqual(['text.txt']);
});

test('the training goes on when nobody reads its progress any more', () => {
  const { folder, args, proto } = job();
  const code = join(folder, 'code');
  const script = '("$0" "$@"; echo $? > code) 2>&1 > /dev/null | true';
  spawnSync('sh', ['-c', script, process.execPath, inRepository('dist/cli.mjs'), ...args], { cwd: folder });
  expect(readFileSync(code, 'utf8')).toBe('0\n');
  expect(existsSync(proto)).toBe(true);
});

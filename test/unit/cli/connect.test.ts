import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { output, run, start } from '../../support/command-line.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const cpu = ['--device', 'cpu'];
/** Whose solutions they are is all the same: one that is loaded and trained in no time. */
const small = ['--model', fixtureModel('llama-tied-bf16'), ...cpu];
const path = z.object({ accuracy: z.array(z.number()), nll: z.array(z.number()), lowestAccuracy: z.number() });
const reportSchema = z.object({
  grid: z.array(z.number()),
  connections: z.array(
    z.object({ first: z.number(), second: z.number(), lengthRatio: z.number(), straight: path, curve: path }),
  ),
  surface: z.object({ x: z.array(z.number()), nll: z.array(z.number()) }).optional(),
});

test('connects the solutions of a file, keeps the curves in it, and draws one', async () => {
  const folder = temporaryFolder();
  const text = join(folder, 'sea.txt');
  writeFileSync(text, 'sea');
  const file = join(folder, 'x.solutions.json');
  await output(['solutions', text, '--seeds', '3', '--out', file, ...small]);
  const trained = reportSchema.parse(
    JSON.parse((await output(['connect', file, '--steps', '26', '--grid', '11', '--json', ...small])).toString()),
  );
  expect(trained.grid).toHaveLength(11);
  expect(trained.connections.map(({ first, second }) => [first, second])).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
  for (const { straight, curve } of trained.connections) expect(curve.accuracy.length + straight.nll.length).toBe(22);
  expect(readSolutions(readFileSync(file), file).curves).toHaveLength(3);

  const one = ['connect', file, '--pairs', '0,1', '--grid', '11', '--surface', ...small];
  const reopened = reportSchema.parse(JSON.parse((await output([...one, '--json'])).toString()));
  expect(reopened.connections).toHaveLength(1);
  expect(reopened.connections[0]?.lengthRatio).toBe(trained.connections[0]?.lengthRatio);
  expect(reopened.connections[0]?.curve.accuracy).toEqual(trained.connections[0]?.curve.accuracy);
  expect(reopened.surface?.nll).toHaveLength((reopened.surface?.x.length ?? 0) ** 2);
  const words = (await output(one)).toString();
  expect(words).toMatch(/^pair +steps +length/);
  expect(words).toMatch(/\n0,1 +\d+ +1\.\d+/);
  expect(words).toMatch(/of 1 curve perfect/);
  expect(words).toMatch(/\n[\d ]*A[\d ABC]*\n/);

  for (const args of [['--surface'], ['--pairs', '0'], ['--pairs', '0,7']]) {
    const { code, stderr } = await run(['connect', file, ...args, ...small]);
    expect(code).toBe(1);
    expectOneSentence(stderr.trim());
  }
});

test('leaves a file as it is that has changed while its curves were trained, and writes them beside it', async () => {
  const folder = temporaryFolder();
  const text = join(folder, 'sea.txt');
  writeFileSync(text, 'The sea was calm that night.');
  const file = join(folder, 'x.solutions.json');
  await output(['solutions', text, '--seeds', '3', '--out', file, ...cpu]);
  const running = start(['connect', file, '--steps', '120', ...cpu]);
  await running.says('curves done');
  // It cannot write anything until the file has changed.
  running.child.kill('SIGSTOP');
  const { solutions, ...rest } = z
    .looseObject({ solutions: z.array(z.unknown()) })
    .parse(JSON.parse(readFileSync(file, 'utf8')));
  const other = JSON.stringify({ ...rest, solutions: solutions.slice(0, 2) });
  writeFileSync(file, other);
  running.child.kill('SIGCONT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(0);
  expect(stdout.toString()).toMatch(/x\.solutions\.json has changed .* is left as it is\. Written to .*x-with-curves/);
  expect(readFileSync(file, 'utf8')).toBe(other);
  const beside = join(folder, 'x-with-curves.solutions.json');
  expect(readSolutions(readFileSync(beside), beside).curves).toHaveLength(3);
});

test('Ctrl-C leaves another file with curves as it is', async () => {
  const folder = temporaryFolder();
  const text = join(folder, 'sea.txt');
  writeFileSync(text, 'The sea was calm that night.');
  const file = join(folder, 'x.solutions.json');
  await output(['solutions', text, '--seeds', '4', '--out', file, ...cpu]);
  const out = join(folder, 'y.solutions.json');
  writeFileSync(out, 'complete');
  const running = start(['connect', file, '--out', out, '--json', ...cpu]);
  await running.says('curves done');
  running.signalGroup('SIGINT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout.toString())).toMatchObject({ out, cancelled: true, written: false });
  expect(readFileSync(out, 'utf8')).toBe('complete');
});

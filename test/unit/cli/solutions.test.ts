import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { output, run, start } from '../../support/command-line.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const cpu = ['--device', 'cpu'];
/** For what does not depend on the model: one that is loaded and trained in no time. */
const small = ['--model', fixtureModel('llama-tied-bf16'), ...cpu];

function written(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('finds solutions of files and of continuations, and says so in words and JSON', async () => {
  const folder = temporaryFolder();
  const sea = written(folder, 'sea.txt', 'The sea was');
  const book = written(folder, 'book.txt', 'The old man looked at the');
  const out = join(folder, 'x.solutions.json');
  const some = ['--seeds', '2', '--continuations', '2', '--context', book, '--tokens', '4', '--budget', '30'];
  const printed = await output(['solutions', sea, ...some, '--out', out, '--json', ...cpu]);
  const set = readSolutions(readFileSync(out), out);
  expect(set.texts.map(({ title, context }) => [title, context])).toEqual([
    ['sea.txt', undefined],
    ['book.txt 1', 'book.txt'],
    ['book.txt 2', 'book.txt'],
  ]);
  expect(set.solutions).toHaveLength(6);
  expect(JSON.parse(printed.toString())).toMatchObject({ out, cancelled: false, texts: set.texts });
  const words = await output(['solutions', sea, '--seeds', '1', '--budget', '2', '--out', out, ...cpu]);
  expect(words.toString()).toMatch(/sea\.txt +- +3 +1 /);
  expect(words.toString()).toContain(`Written to ${out}.`);
});

test('gathers .proto files and files of solutions', async () => {
  const folder = temporaryFolder();
  const protos = ['1', '2'].map(seed => join(folder, `${seed}.proto`));
  for (const [i, proto] of protos.entries())
    await output(['compress', '-', '--out', proto, '--seed', String(i), '--budget', '20', ...small], 'sea');
  const out = join(folder, 'x.solutions.json');
  await output(['solutions', ...protos, '--out', out, ...small]);
  expect(readSolutions(readFileSync(out), out).solutions.map(({ text, seed }) => [text, seed])).toEqual([
    [0, 0],
    [0, 1],
  ]);
  const more = join(folder, 'more.solutions.json');
  await output(['solutions', written(folder, 'sea.txt', 'sea'), '--seeds', '1', '--out', more, ...small]);
  await output(['solutions', ...protos, more, '--out', out, ...small]);
  expect(readSolutions(readFileSync(out), out)).toMatchObject({ texts: [{ text: 'sea' }] });
  expect(readSolutions(readFileSync(out), out).solutions).toHaveLength(3);
  const text = written(folder, 'a.txt', 'lamp');
  const mixed = await run(['solutions', text, ...protos, '--out', out, ...small]);
  expect(mixed.code).toBe(1);
  expectOneSentence(mixed.stderr.trim());
});

test('writes what is earned when it is interrupted', async () => {
  const folder = temporaryFolder();
  const text = written(folder, 'long.txt', 'The lamp burned all night, and the sea was calm; nobody came to see it.');
  const out = join(folder, 'x.solutions.json');
  const running = start(['solutions', text, '--seeds', '20', '--out', out, ...cpu]);
  await running.says('evaluations');
  running.signalGroup('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(readSolutions(readFileSync(out), out).solutions.length).toBeGreaterThan(0);
});

test.each([
  [['--context', 'a'], /--continuations/],
  [['--continuations', '2'], /--context/],
  [['--seeds', '0'], /seeds/],
  [[], /no text/],
])('refuses %s', async (args, words) => {
  const { code, stderr } = await run(['solutions', '--out', join(temporaryFolder(), 'x'), ...args, ...cpu]);
  expect(code).toBe(1);
  expect(stderr).toMatch(words);
  expectOneSentence(stderr.trim());
});

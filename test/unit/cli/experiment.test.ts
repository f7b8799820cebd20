import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { output, run } from '../../support/command-line.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const small = ['--set', 'lengths=1,2', '--set', 'texts=2', '--set', 'budget=10', '--device', 'cpu'];

test('runs an experiment, reports it beside the paper, and repeats it by the command that the report names', async () => {
  const out = join(temporaryFolder(), 'table 1');
  const words = (await output(['experiment', 'run', 'arrangements', ...small, '--out', out])).toString();
  expect(words).toMatch(/\[e\]\[m\]×\(N-1\) +1\.00±0\.00 +1\.00±0\.00/);
  const report = readFileSync(join(out, 'report.md'), 'utf8');
  expect(report).toContain('| \\[e\\]×N | 1.00±0.00 | 0.45±0.31 | 0.17±0.18 | 0.01±0.01 |');
  expect(report).toContain(
    `npm run -s cli -- experiment run arrangements --set lengths=1,2 --set texts=2 --set budget=10 --device cpu --out '${out}'`,
  );
  expect(readFileSync(join(out, 'cells.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(5 * 2 * 2);
  expect(report).toMatch(/!\[Accuracy by length\. .*\]\(accuracy\.svg\)/);
  expect(readFileSync(join(out, 'accuracy.svg'), 'utf8')).toMatch(/^<svg .*\[e\]\[m\]×\(N-1\)/s);
  expect(readFileSync(join(out, 'accuracy.csv'), 'utf8')).toMatch(/^panel,series,x,y,low,high.*\r\n,\[e\]×N,1,1,1,1,/);
  expect(readFileSync(join(out, 'table-1.csv'), 'utf8')).toContain('[e]×N,1.00±0.00');
  expect((await output(['experiment', 'report', out])).toString()).toBe(words);
  expect(readFileSync(join(out, 'report.md'), 'utf8')).toBe(report);

  const elsewhere = join(temporaryFolder(), 'report');
  await output(['experiment', 'report', out, '--out', elsewhere]);
  expect(readFileSync(join(elsewhere, 'report.md'), 'utf8')).toBe(report);
  expect(readFileSync(join(elsewhere, 'accuracy.png'))).toEqual(readFileSync(join(out, 'accuracy.png')));

  const other = await run(['experiment', 'run', 'capacity', ...small, '--out', out]);
  expect(other.code).toBe(1);
  expectOneSentence(other.stderr.trim());
});

test.each([
  ['a setting that there is not', ['run', 'arrangements', '--set', 'lenghts=1', '--out', 'x']],
  ['an experiment that there is not', ['run', 'everything', '--out', 'x']],
  ['a folder without an experiment', ['report', 'x']],
  ['texts for an experiment that has its own', ['run', 'distances', '--generate', '4', '--out', 'x']],
  ['texts that are not there', ['run', 'capacity', '--texts', 'missing.txt', '--out', 'x']],
])('says what is wrong with %s', async (_, args) => {
  const { code, stderr } = await run(['experiment', ...args]);
  expect(code).toBe(1);
  expectOneSentence(stderr.trim());
});

test('a file in the place of the folder is told, and stays', async () => {
  const file = join(temporaryFolder(), 'notes');
  writeFileSync(file, 'kept');
  const written = await run(['experiment', 'run', 'arrangements', ...small, '--out', file]);
  expect(written.stderr).toBe(`${file} cannot be written: a file is in the place of a folder; choose another name.\n`);
  const read = await run(['experiment', 'report', file]);
  expect(read.stderr).toBe(`${file} holds no experiment; name the folder that experiment run wrote.\n`);
  expect(readFileSync(file, 'utf8')).toBe('kept');
});

test('texts that are too short for any cell are told, and give no report', async () => {
  const folder = temporaryFolder();
  const text = join(folder, 'short.txt');
  writeFileSync(text, 'sea');
  const asked = ['--texts', text, '--set', 'lengths=64', '--set', 'texts=2', '--device', 'cpu'];
  for (const experiment of ['arrangements', 'capacity']) {
    const out = join(folder, experiment);
    const { code, stdout, stderr } = await run(['experiment', 'run', experiment, ...asked, '--out', out]);
    expect({ code, stdout: stdout.toString() }, stderr).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /There is nothing to compute: no text of short\.txt is as long .* longer texts with --texts/,
    );
    expect(existsSync(out)).toBe(false);
  }
});

test('lists the experiments and their settings', async () => {
  const words = (await output(['experiment', 'list'])).toString();
  for (const name of ['arrangements', 'sharing', 'capacity', 'horizon', 'information', 'training-time', 'distances'])
    expect(words).toContain(name);
  expect(words).toMatch(/lengths +tokens of the prefixes of a text \(default: 1,2,4,8,16,32\)/);
});

test('makes an experiment of what the model writes after random words, and reports it from the same texts', async () => {
  const out = join(temporaryFolder(), 'generated');
  const asked = [
    '--words',
    'english',
    '--generate',
    '4',
    '--source-seed',
    '3',
    '--set',
    'lengths=2',
    ...small.slice(2),
  ];
  const words = (await output(['experiment', 'run', 'capacity', ...asked, '--out', out])).toString();
  const { source } = JSON.parse(readFileSync(join(out, 'experiment.json'), 'utf8'));
  expect(source).toMatchObject({
    name: expect.stringMatching(/^what the model writes after random words of words\.txt .* seed 3$/),
    words: 'english',
    seed: 3,
    continuations: { contexts: 2, contextTokens: 4, count: 1, tokens: 4, seed: 3 },
  });
  expect(readFileSync(join(out, 'continuations.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(2);
  expect((await output(['experiment', 'report', out])).toString()).toBe(words);
  expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain('--words english --generate 4 --source-seed 3');
});

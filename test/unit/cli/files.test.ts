import { spawnSync } from 'node:child_process';
import { linkSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { checkPlace, fromHere, readBytes } from '../../../src/cli/files.ts';
import { writeProto } from '../../../src/runtime/files/proto-file.ts';
import { run } from '../../support/command-line.ts';
import { fixtureModel, inRepository, temporaryFolder } from '../../support/paths.ts';
import { ordinaryFile } from '../../support/proto-files.ts';
import { userErrorOf } from '../../support/user-error.ts';

test('a path is named from the folder where the command runs, if it lies in it', () => {
  const here = process.cwd();
  expect(fromHere(join(here, 'bench', 'models'))).toBe(join('bench', 'models'));
  expect(fromHere(join(here, '..hidden'))).toBe('..hidden');
  for (const elsewhere of [here, resolve(here, '..'), resolve(here, '..', 'other')])
    expect(fromHere(elsewhere)).toBe(elsewhere);
});

test('what cannot be read is told in plain words', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const gone = join(folder, 'gone.proto');
  expect(await userErrorOf(() => readBytes(gone))).toBe(
    `${gone} cannot be read: there is no such file; check its name.`,
  );
  expect(await userErrorOf(() => readBytes(folder))).toMatch(/cannot be read: it is a folder; name a file in it\.$/);
  expect(await userErrorOf(() => readBytes(join(file, 'x')))).toMatch(/read: its folder is a file; check the path\.$/);
  expect(await userErrorOf(() => readBytes(''))).toMatch(/^A file without a name cannot be read/);
});

test('a result is written to no file that the command reads, whatever way leads to it, and not to a file named -', async () => {
  const folder = temporaryFolder();
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('text.txt'), 'sea');
  symlinkSync(path('text.txt'), path('link.txt'));
  linkSync(path('text.txt'), path('second.txt'));
  for (const out of ['text.txt', 'link.txt', 'second.txt', 'folder/../text.txt'])
    expect(await userErrorOf(() => checkPlace(join(folder, out), [path('other.txt'), path('text.txt')]))).toMatch(
      /cannot be written: the command reads it; choose another file with --out\.$/,
    );
  expect(await userErrorOf(() => checkPlace('-', []))).toMatch(/standard output; name a file with --out/);
  await checkPlace(path('new.proto'), ['-', path('text.txt'), path('gone.txt')]);
});

test('a text is not replaced by its own proto-tokens or solutions', async () => {
  const text = join(temporaryFolder(), 'text.txt');
  writeFileSync(text, 'sea');
  const small = ['--model', fixtureModel('llama-tied-bf16'), '--device', 'cpu'];
  const context = ['solutions', '--continuations', '1', '--context', text];
  for (const args of [['compress', text], ['solutions', text], context]) {
    const { code, stdout, stderr } = await run([...args, '--out', text, ...small]);
    expect({ code, stdout: stdout.toString() }, stderr).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/text\.txt cannot be written: the command reads it/);
    expect(readFileSync(text, 'utf8')).toBe('sea');
  }
});

test('npm runs the command line in the root of a clone, and paths are meant from where it was typed', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'here.proto'), writeProto(ordinaryFile));
  const inspect = (script: string) => {
    const env = { ...process.env, INIT_CWD: folder, npm_lifecycle_event: script, npm_package_name: 'proto-tokens' };
    return spawnSync(process.execPath, ['dist/cli.mjs', 'inspect', 'here.proto'], { cwd: inRepository(''), env });
  };
  expect(inspect('cli').status).toBe(0);
  // Whatever else calls it means the folder that it runs in.
  expect(inspect('other').status).toBe(1);
});

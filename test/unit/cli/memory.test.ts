import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { output, run } from '../../support/command-line.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const model = ['--model', fixtureModel('llama-tied-bf16'), '--device', 'cpu'];
const few = ['--budget', '3'];

/** Lets the commands that follow plan with so many MiB. */
function limit(mebibytes: number): void {
  vi.stubEnv('PROTO_TOKENS_MEMORY', String(mebibytes / 1024));
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** A folder with a text, a file of it and solutions of it. */
async function made(): Promise<{ text: string; proto: string; solutions: string; folder: string }> {
  const folder = temporaryFolder();
  const [text, solutions] = [join(folder, 'text.txt'), join(folder, 'found.solutions.json')];
  writeFileSync(text, 'the lamp');
  await Promise.all([
    output(['compress', text, ...model, ...few]),
    output(['solutions', text, '--seeds', '2', '--out', solutions, ...model, ...few]),
  ]);
  return { folder, text, solutions, proto: `${text}.tokens.proto` };
}

/** Every command that trains, and those that decode. */
function commands({ folder, text, proto, solutions }: Awaited<ReturnType<typeof made>>): string[][] {
  const out = join(folder, 'new');
  return [
    ['compress', text, '--out', `${out}.tokens.proto`, ...few],
    ['solutions', text, '--seeds', '2', '--out', `${out}.solutions.json`, ...few],
    ['connect', solutions, '--out', `${out}.solutions.json`, '--steps', '2', '--minimum-accuracy', '0'],
    ['experiment', 'run', 'arrangements', '--texts', text, '--set', 'lengths=2', '--set', 'budget=2', '--out', out],
    ['decode', proto],
    ['evaluate', proto],
  ].map(command => [...command, ...model]);
}

test('whatever trains says before what was chosen for want of memory, or like what decodes that the model does not fit', async () => {
  const files = await made();
  limit(0.2);
  for (const { code, stderr, stdout } of await Promise.all(commands(files).map(command => run(command)))) {
    expect([code, stdout.toString()], stderr).toEqual([1, '']);
    expectOneSentence(stderr.trimEnd());
    expect(stderr).toMatch(
      /llama-tied-bf16 needs \d+ MiB of memory .*and 1 MiB are free, a fifth of which is left for other programs; another VS Code window with a model, .*: close it(, choose| and try again)/,
    );
  }
  expect(existsSync(join(files.folder, 'new.tokens.proto'))).toBe(false);
  limit(9);
  const trained = commands(files).slice(0, 4);
  for (const { code, stderr } of await Promise.all(trained.map(command => run(command)))) {
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /^The model would need \d+ MiB of memory and 9 MiB are free, .*: .*weights stay as they are in their file.*; another VS Code window .*\.$/m,
    );
  }
});

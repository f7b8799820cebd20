import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { output, run } from '../../support/command-line.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const cpu = ['--device', 'cpu'];
/** For what does not depend on the model: one that is loaded and trained in no time. */
const small = ['--model', fixtureModel('llama-tied-bf16')];

function written(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The command lines that a report prints, as arguments of the program. */
function commandsOf(markdown: string): string[][] {
  const lines = markdown.split('\n').filter(line => line.startsWith('npm run -s cli -- '));
  return lines.map(line => line.replace('npm run -s cli -- ', '').split(' '));
}

describe('a report from the command line', () => {
  test.each([
    ['as it comes', ['--seed', '3', '--segment-length', '4']],
    [
      'in another arrangement, wide, with a shared m',
      [...small, '--arrangement', 'e-m-alternating', '--storage', 'F32', '--shared-m', '--segment-length', '8'],
    ],
    ['with tokens that stay wrong', [...small, '--segment-length', '8', '--budget', '3']],
  ])('prints a command line that repeats a compression to the byte, %s', async (_, options) => {
    const model = options.includes('--model') ? small : [];
    const folder = temporaryFolder();
    const text = written(folder, 'sea.txt', 'The sea was calm that night.');
    await output(['compress', text, ...options, ...cpu]);
    const proto = `${text}.tokens.proto`;
    const out = join(folder, 'report');
    const said = await output(['report', proto, '--out', out, ...model, ...cpu]);
    expect(said.toString()).toBe(`Written to ${join(out, 'report.md')} and ${join(out, 'report.html')}.\n`);
    const [command = []] = commandsOf(readFileSync(join(out, 'report.md'), 'utf8'));
    await output(command);
    const again = readFileSync(join(out, 'sea.txt.tokens.proto'));
    expect(again.equals(readFileSync(proto))).toBe(true);
  });

  test('repeats a search and the curves of its solutions, and shows them', async () => {
    const folder = temporaryFolder();
    const [sea, home] = [written(folder, 'sea.txt', 'The sea was'), written(folder, 'home.txt', 'I will go')];
    const file = join(folder, 'x.solutions.json');
    await output(['solutions', sea, home, '--seeds', '2', '--seed', '5', '--out', file, ...cpu]);
    await output(['connect', file, '--steps', '25', ...cpu]);
    const out = join(folder, 'report');
    const said = JSON.parse((await output(['report', file, '--out', out, '--json', ...cpu])).toString());
    expect(said.files.map((path: string) => path.slice(out.length + 1))).toEqual([
      join('texts', 'sea.txt'),
      join('texts', 'home.txt'),
      'distances.svg',
      'paths.svg',
      'report.md',
      'report.html',
    ]);
    for (const path of said.files) expect(existsSync(path)).toBe(true);
    for (const command of commandsOf(readFileSync(said.markdown, 'utf8'))) await output(command);
    expect(readFileSync(join(out, 'x.solutions.json')).equals(readFileSync(file))).toBe(true);
  });

  test('leaves a report that is there, unless it is to be replaced; does without the model; says what is no file of ours', async () => {
    const folder = temporaryFolder();
    const proto = join(folder, 'x.tokens.proto');
    await output(['compress', '-', '--out', proto, ...cpu], 'The sea was');
    const report = ['report', proto, '--out', folder, ...cpu];
    await output(report);
    const page = join(folder, 'report.md');
    writeFileSync(page, 'notes of mine');
    const refused = await run(report);
    expect(refused.code).toBe(1);
    expectOneSentence(refused.stderr.trim());
    expect(readFileSync(page, 'utf8')).toBe('notes of mine');
    await output([...report, '--force', '--model', fixtureModel('llama-tied-bf16')]);
    // The other model cannot decode it: the report says so, and tells the rest.
    expect(readFileSync(page, 'utf8')).toMatch(/was made with.*--model /s);
    const foreign = await run(['report', page, '--out', join(folder, 'other'), ...cpu]);
    expect(foreign.code).toBe(1);
    expectOneSentence(foreign.stderr.trim());
    expect(existsSync(join(folder, 'other'))).toBe(false);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { plain } from '../../src/cli/plain.ts';
import { escaped } from '../../src/plot/svg.ts';
import { compressionReport } from '../../src/report/compression-report.ts';
import { htmlOf } from '../../src/report/html.ts';
import { markdownOf } from '../../src/report/markdown.ts';
import { argument } from '../../src/report/repeat.ts';
import { solutionsReport } from '../../src/report/solutions-report.ts';
import { textFiles } from '../../src/report/texts.ts';
import { pythonScript } from '../../src/runtime/decoding/python-script.ts';
import { cellSchema, failedOutcome, plainCell } from '../../src/runtime/experiments/cell.ts';
import { CellComputer } from '../../src/runtime/experiments/cell-computer.ts';
import { writeProto } from '../../src/runtime/files/proto-file.ts';
import { openModel } from '../../src/runtime/models/model.ts';
import { Sessions } from '../../src/runtime/training/sessions.ts';
import { output } from '../support/command-line.ts';
import { fixtureModel, temporaryFolder } from '../support/paths.ts';
import { ordinaryFile } from '../support/proto-files.ts';
import { compressionFacts, glossary, solutionsFacts } from '../support/reports.ts';
import { userErrorOf } from '../support/user-error.ts';

/** What breaks out of code, tables, lines, attributes, strings and terminals. */
const names: readonly string[] = [
  'a\r\r<img src=x onerror=alert(1)>\r\r# b',
  'a\n\n<script>alert(1)</script>\n\n- b',
  '"><svg onload=alert(1)>',
  "'; touch /tmp/x; '",
  '`</code></pre><iframe src=//x>`',
  '``\r\r![x](http://x/y.png)\r\r|',
  '[x](javascript:alert(1))',
  '\u001b]0;title\u0007\u001b[2J\u009b31m',
  'a\u202eb\u2028c\0d\u000b',
  '"""\n__import__("os").system("x")\n"""\\',
  '\ud800 half, and a whole \u{1f600}',
];

/** HTML that is not of a report: what it loads, runs, embeds, or has a person leave it for. */
const active = /<(script|img|svg|iframe|object|embed|form|input|link|meta|base|style)\b|\bon\w+=|javascript:/i;

describe.each(names)('%j', name => {
  const { inspection } = compressionFacts;
  const model = { ...inspection.model, id: name, revision: name, architecture: name, fingerprint: name };
  const training = { ...inspection.training, recipe: name, device: name, version: name };
  const file = { ...inspection, model, training, arrangement: name };
  const commands = [`npm run -s cli -- compress ${argument(name)}`];
  const ofFile = compressionReport({
    ...compressionFacts,
    name,
    inspection: file,
    repeat: { commands, assumed: [name] },
  });
  const set = solutionsFacts.inspection;
  const ofSolutions = solutionsReport({
    ...solutionsFacts,
    name,
    inspection: { ...set, model, recipe: name, texts: set.texts.map(text => ({ ...text, title: name, text: name })) },
  });

  test.each([
    ['a compression', ofFile],
    ['solutions', ofSolutions],
  ] as const)('stays a name in a report of %s', (_, report) => {
    const html = htmlOf(report, glossary)
      .replace(/<(style|meta)\b[\s\S]*?(<\/style>|>)/g, '')
      .replace(/<img src="data:[^"]*" alt="[^"]*" \/>/g, '');
    for (const [tag] of html.matchAll(/<[^>]*>/g)) expect(tag).not.toMatch(active);
    const markdown = markdownOf(report, glossary);
    const shown = marked.parse(markdown, { async: false }).replace(/<img src="[\w-]+\.svg" alt="[^"]*">/g, '');
    for (const [tag] of shown.matchAll(/<[^>]*>/g)) expect(tag).not.toMatch(active);
  });

  test('is a text of a picture, which stays well-formed', () => {
    for (const text of [
      escaped(name),
      ...ofSolutions.blocks.map(block => (block.kind === 'picture' ? block.picture.svg : '')),
    ])
      expect(text).not.toMatch(/[^\t\n\r -\u{10ffff}]|\p{Surrogate}/u);
    expect(escaped(name)).not.toMatch(/[<>"]/);
  });
});

const python = ['python3', '/usr/bin/python3'].find(name => spawnSync(name, ['-c', 'import ast']).status === 0);

test.skipIf(!python)('a script for Python holds names as strings, the same to the letter, and no other code', () => {
  // As numbers of characters: JSON would make one of two halves.
  const program = `import ast, json, sys
tree = ast.parse(sys.stdin.buffer.read().decode())
texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
print(json.dumps([[" ".join(str(ord(c)) for c in text) for text in texts], len(tree.body)]))`;
  const stringsOf = (script: string): [string[], number] =>
    JSON.parse(execFileSync(python ?? '', ['-c', program], { input: script, encoding: 'utf8' }));
  const numbers = (text: string): string => Array.from(text, letter => letter.codePointAt(0)).join(' ');
  const [strings, statements] = stringsOf(pythonScript('FILE', 'e-m-repeated', { folder: 'FOLDER' }));
  for (const name of names) {
    const given = { [numbers('FILE')]: numbers(name), [numbers('FOLDER')]: numbers(`/${name}`) };
    const script = pythonScript(name, 'e-m-repeated', { folder: `/${name}` });
    const expected = strings.map(text => given[text] ?? text);
    expect(stringsOf(script)).toEqual([expected, statements]);
  }
});

test('the command line shows names of a file and obeys none of them', async () => {
  const path = join(temporaryFolder(), 'x.tokens.proto');
  const id = names.join('');
  writeFileSync(path, writeProto({ ...ordinaryFile, model: { ...ordinaryFile.model, id, revision: id } }));
  const shown = (await output(['inspect', path])).toString();
  expect(shown).toContain('alert(1)');
  expect(shown.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  expect(plain('two\nlines\tand é')).toBe('two\nlines\tand é');
});

test('cells from a queue or a file that claim more than any text has are none', () => {
  const cell = { ...plainCell, texts: [0], length: 4, seed: 0, recipe: 'lbfgs', budget: 1 };
  expect(cellSchema.safeParse(cell).success).toBe(true);
  for (const change of [{ length: 1e9 }, { memory: 1e9 }, { task: { kind: 'decoding', repetitions: 1e9 } }])
    expect(cellSchema.safeParse({ ...cell, ...change }).success).toBe(false);
});

test('cells of a queue whose texts have tokens that the model has not are refused in a sentence', async () => {
  const model = await openModel(fixtureModel('llama-tied-bf16'));
  const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
  const cell = { ...plainCell, texts: [0], length: 2, seed: 0, recipe: 'lbfgs' as const, budget: 1 };
  for (const id of [-1, model.config.vocabularySize, 2 ** 31 - 1]) {
    const asked = { model, sessions, tokens: [Int32Array.of(1, id)], cells: [cell], cancelled: () => false };
    expect(await userErrorOf(() => new CellComputer().compute(asked))).toMatch(/have tokens that .* does not have/);
  }
  const { problem } = failedOutcome(cell, [null], `first\nsecond\u001b[2J${'x'.repeat(1e6)}`);
  expect(problem).toMatch(/^first second \[2Jx+ \.\.\. x+$/);
  await sessions.dispose();
});

test('titles name files that a system can have, in their folder', () => {
  const files = textFiles([...names, '../../x', '.bashrc', 'a'.repeat(1000)].map(title => ({ title, text: 'a' })));
  for (const { file } of files) expect(file).toMatch(/^texts\/[\p{L}\p{N}_][\p{L}\p{N} ._-]{0,90}$/u);
  expect(new Set(files.map(({ file }) => file.toLowerCase())).size).toBe(files.length);
});

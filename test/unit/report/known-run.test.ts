import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { reportOfCompression } from '../../../src/report/gather.ts';
import { markdownOf } from '../../../src/report/markdown.ts';
import { EngineClient } from '../../../src/runtime/engine/client.ts';
import { output } from '../../support/command-line.ts';
import { demoModel, inRepository, temporaryFolder } from '../../support/paths.ts';
import { glossary } from '../../support/reports.ts';

const cpu = ['--device', 'cpu'];

test('a run that went on from an earlier result, with a budget, is repeated from what the list of jobs knows of it', async () => {
  const folder = temporaryFolder();
  const text = join(folder, 'sea.txt');
  writeFileSync(text, 'The sea was calm that night.');
  const [earlier, later] = [join(folder, 'earlier.tokens.proto'), join(folder, 'sea.txt.tokens.proto')];
  // Halves of the text, with tokens that are wrong after three evaluations each; then five more.
  await output(['compress', text, '--out', earlier, '--segment-length', '3', '--budget', '3', ...cpu]);
  await output(['compress', text, '--out', later, '--segment-length', '3', '--budget', '5', '--from', earlier, ...cpu]);

  const engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs') });
  onTestFinished(() => engine.stop());
  const out = join(folder, 'report');
  const subject = {
    file: { name: 'sea.txt.tokens.proto', file: readFileSync(later) },
    model: { folder: demoModel, device: 'cpu' as const },
    modelPath: undefined,
    pathOf: (name: string) => join(out, name),
  };
  const report = await reportOfCompression(engine, subject, {
    moments: [{ evaluations: 5, correct: 3, loss: 2 }],
    evaluations: 15,
    seconds: 1,
    asked: { segmentLength: 3, budget: 5, sharedM: false, cancelled: false },
    continueFrom: readFileSync(earlier),
  });
  for (const { file, bytes } of report.attachments) {
    mkdirSync(dirname(join(out, file)), { recursive: true });
    writeFileSync(join(out, file), bytes);
  }
  const markdown = markdownOf(report, glossary);
  const [, command = ''] = /npm run -s cli -- (.*)/.exec(markdown) ?? [];
  expect(command).toContain(`--from ${join(out, 'start.tokens.proto')}`);
  expect(markdown).toContain('It gives the same file, to the last byte, on the same kind of device.');
  await output(command.split(' '));
  expect(readFileSync(join(out, 'sea.txt.tokens.proto')).equals(readFileSync(later))).toBe(true);
});

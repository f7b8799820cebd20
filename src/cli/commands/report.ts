import { basename, join } from 'node:path';
import type { Command } from 'commander';
import glossary from '../../../docs/glossary.md';
import { parseGlossary } from '../../glossary/glossary.ts';
import { pages, reportFiles } from '../../report/files.ts';
import { reportOfCompression, reportOfSolutions, type Subject } from '../../report/gather.ts';
import { UserError } from '../../runtime/errors.ts';
import { writeInside } from '../../runtime/files/inside.ts';
import { looksLikeSolutions } from '../../runtime/files/solutions-file.ts';
import { nameInCommand } from '../../runtime/models/folder-name.ts';
import { type Common, command, guarded, withJson, withModelOfFile } from '../command.ts';
import { demoModel, withEngine } from '../engine.ts';
import { exists, readBytes } from '../files.ts';

interface ReportOptions extends Common {
  readonly out: string;
  readonly force: boolean;
}

export function addReport(program: Command): void {
  withJson(
    withModelOfFile(
      command(program, 'report', 'write a report of a file as Markdown and HTML: pictures, tokens, settings'),
    )
      .argument('<file>', 'a .proto file, or NAME.solutions.json')
      .requiredOption('--out <folder>', 'where to write; the folder is created if it is not there')
      .option('--force', 'replace a report that is there already', false),
  ).action((file: string, options: ReportOptions) => guarded(() => reportCommand(file, options)));
}

/** Writes a report of a file. A report that is there already stays, unless it is to be replaced. */
async function reportCommand(path: string, options: ReportOptions): Promise<void> {
  const { out, force, model: folder, device } = options;
  const file = await readBytes(path);
  await checkFree(out, force);
  const subject: Subject = {
    file: { name: basename(path), file },
    model: { folder, device },
    modelPath: folder === demoModel ? undefined : nameInCommand(folder),
    pathOf: name => join(out, name),
  };
  const report = await withEngine(options, engine =>
    looksLikeSolutions(file) ? reportOfSolutions(engine, subject) : reportOfCompression(engine, subject, null),
  );
  const files = reportFiles(report, parseGlossary(glossary));
  for (const { file: name, bytes } of files) await writeInside(out, name, bytes);
  const [markdown, html] = [join(out, pages.markdown), join(out, pages.html)];
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ markdown, html, files: files.map(({ file: name }) => join(out, name)) })}\n`
      : `Written to ${markdown} and ${html}.\n`,
  );
}

/** @throws UserError when a report is there that is not to be replaced. */
async function checkFree(out: string, force: boolean): Promise<void> {
  if (force) return;
  for (const page of Object.values(pages))
    if (await exists(join(out, page)))
      throw new UserError(`${out} holds a report already; choose another folder, or replace it with --force.`);
}

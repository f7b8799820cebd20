import { join, resolve } from 'node:path';
import glossary from '../../../../docs/glossary.md';
import { parseGlossary } from '../../../glossary/glossary.ts';
import { type ExperimentFacts, experimentReport, standingOf } from '../../../report/experiment-report.ts';
import { pages, reportFiles } from '../../../report/files.ts';
import { UserError } from '../../../runtime/errors.ts';
import { type ExperimentRequest, readRequest, recordsFile } from '../../../runtime/experiments/folder.ts';
import { shardName } from '../../../runtime/experiments/shard.ts';
import { textsFrom } from '../../../runtime/experiments/texts.ts';
import { writeInside } from '../../../runtime/files/inside.ts';
import { reportExperiment } from '../../../runtime/operations/experiments.ts';
import type { ExperimentResult } from '../../../runtime/results/experiments.ts';
import { demoModel, heldOutPassages, withEngine } from '../../engine.ts';
import { fromHere } from '../../files.ts';
import { plain } from '../../plain.ts';
import { pngOf } from '../../png.ts';
import { table } from '../../table.ts';

export interface ReportOptions {
  readonly out: string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
}

/**
 * Writes and shows the report of what there is in the folder of an experiment.
 *
 * @throws UserError when it holds none, or its texts have changed since.
 */
export async function report(out: string, options: ReportOptions): Promise<void> {
  const request = await readRequest(out);
  if (!request) throw new UserError(`${out} holds no experiment; name the folder that experiment run wrote.`);
  const source = await textsFrom(request.source, heldOutPassages);
  if (source.sha256 !== request.source.sha256)
    throw new UserError(`The texts of ${out} have changed since (${request.source.name}); restore them.`);
  const { experiment: name, preset, settings, model, shard } = request;
  const texts = source.texts.map(({ text }) => text);
  const { continuations } = request.source;
  const parameters = { folder: model.folder, device: 'cpu' as const, name, preset, settings, texts, continuations };
  const result = await withEngine(options, engine =>
    engine.call(reportExperiment, { ...parameters, shard, records: resolve(recordsFile(out)) }),
  );
  await show({ request, result, out, into: options.out ?? out, json: options.json });
}

interface Shown {
  readonly request: ExperimentRequest;
  readonly result: ExperimentResult;
  /** Folder of the experiment, and where the report goes. */
  readonly out: string;
  readonly into: string;
  readonly json: boolean;
}

/** Writes the report of a result, and says what is in it. */
export async function show({ request, result, out, into, json }: Shown): Promise<void> {
  const { folder } = request.model;
  const facts = { request, report: result, out, modelPath: folder === demoModel ? undefined : fromHere(folder) };
  const files = await writeReport(facts, into);
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ out, ...request, ...result, files: files.map(file => join(into, file)) })}\n`,
    );
    return;
  }
  const words = result.tables.map(({ title, header, rows }) => `${title}\n\n${table(header, rows)}`);
  if (result.failures.length) {
    const rows = result.failures.map(({ cell, problem }) => [cell, problem]);
    words.push(`Cells that could not be computed\n\n${table(['cell', 'why'], rows)}`);
  }
  process.stdout.write(plain(`${words.join('\n\n')}\n\n${endingOf({ request, result, out, into })}\n`));
}

/** Where the cells are, and what to do when they are not all. */
function endingOf({ request, result, out, into }: Omit<Shown, 'json'>): string {
  const cells = recordsFile(out);
  if (result.cancelled)
    return `Interrupted; the cells so far are in ${cells}, and the same command goes on from there.`;
  if (request.shard)
    return `The cells of the shard ${shardName(request.shard)} are in ${cells}; experiment merge joins the shards.`;
  if (result.done < result.cells)
    return `${standingOf(result)} so far, in ${cells}; the report is ${join(into, pages.markdown)}.`;
  return `Every cell is in ${cells}, the report in ${join(into, pages.markdown)}.`;
}

/** Writes a report with its figures as SVG and PNG, and its numbers as CSV. @returns the names of the files */
async function writeReport(facts: ExperimentFacts, into: string): Promise<readonly string[]> {
  const written = experimentReport(facts);
  const pictures = written.blocks.flatMap(block => (block.kind === 'picture' ? [block.picture] : []));
  const images = await Promise.all(
    pictures.map(async ({ file, svg }) => ({ file: file.replace(/svg$/, 'png'), bytes: await pngOf(svg) })),
  );
  const files = [...images, ...reportFiles(written, parseGlossary(glossary))];
  for (const { file, bytes } of files) await writeInside(into, file, bytes);
  return files.map(({ file }) => file);
}

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import glossary from '../../../docs/glossary.md';
import { version } from '../../../package.json';
import { parseGlossary } from '../../glossary/glossary.ts';
import { type ExperimentFacts, experimentReport, standingOf } from '../../report/experiment-report.ts';
import { pages, reportFiles } from '../../report/files.ts';
import { figure } from '../../report/format.ts';
import { clock } from '../../runtime/clock.ts';
import { counted } from '../../runtime/counted.ts';
import { messageOf, UserError } from '../../runtime/errors.ts';
import { type ChosenExperiment, type Preset, presets } from '../../runtime/experiments/experiment.ts';
import { type ExperimentRequest, readRequest, recordsFile, writeRequest } from '../../runtime/experiments/folder.ts';
import { type GivenSettings, parseSettings } from '../../runtime/experiments/given-settings.ts';
import { experimentOf, experiments } from '../../runtime/experiments/index.ts';
import { inFolder } from '../../runtime/experiments/lock.ts';
import { parseShard, type Shard, shardName } from '../../runtime/experiments/shard.ts';
import { type Cut, cuts, includedWords, textsFrom } from '../../runtime/experiments/texts.ts';
import { checkWritable } from '../../runtime/files/atomic.ts';
import { writeInside } from '../../runtime/files/inside.ts';
import {
  type ContinuationWish,
  planExperiment,
  reportExperiment,
  runExperiment,
} from '../../runtime/operations/experiments.ts';
import { loadModel, openModel } from '../../runtime/operations/models.ts';
import type { ExperimentProgress, ExperimentResult } from '../../runtime/results/experiments.ts';
import { type Common, command, guarded, withJson, withModel } from '../command.ts';
import { demoModel, withEngine } from '../engine.ts';
import { fromHere } from '../files.ts';
import { interruptedExitCode, interruptible, sayRestart } from '../interrupt.ts';
import { recipeIn, sayMemory } from '../memory.ts';
import { settingsHelp, wholeNumber } from '../options.ts';
import { plain } from '../plain.ts';
import { pngOf } from '../png.ts';
import { statusLine } from '../status-line.ts';
import { table } from '../table.ts';
import { addMerge } from './experiment-merge.ts';
import { runInQueue } from './experiment-queue.ts';
import { addWorker } from './experiment-worker.ts';

interface RunOptions extends Common {
  readonly preset: Preset;
  readonly set: GivenSettings;
  readonly texts: readonly string[];
  readonly cut: Cut;
  readonly words: string | undefined;
  readonly generate: number | undefined;
  readonly sourceSeed: number;
  readonly shard: Shard | undefined;
  readonly queue: string | undefined;
  readonly out: string;
}

/** Relative to the bundle in dist/. */
const passages = fileURLToPath(new URL('../bench/passages.json', import.meta.url));

function setting(text: string, earlier: GivenSettings): GivenSettings {
  try {
    return { ...earlier, ...parseSettings(text) };
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

function shardOption(text: string): Shard {
  try {
    return parseShard(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

function status({ done, cells, evaluations, cellsPerMinute, secondsLeft, texts }: ExperimentProgress): string {
  if (texts) return `the model writes: ${texts.done} of ${counted(texts.all, 'text')} continued`;
  const rate = cellsPerMinute === undefined ? '' : `, ${figure(cellsPerMinute)} cells per minute`;
  const left = secondsLeft === undefined ? '' : `, about ${clock(secondsLeft)} left`;
  return `${done} of ${counted(cells, 'cell')}, ${counted(evaluations, 'evaluation')}${rate}${left}`;
}

/** Writes a report with its figures as SVG and PNG, and its numbers as CSV. @returns the names of the files */
async function writeReport(facts: ExperimentFacts, into: string): Promise<readonly string[]> {
  const report = experimentReport(facts);
  const pictures = report.blocks.flatMap(block => (block.kind === 'picture' ? [block.picture] : []));
  const images = await Promise.all(
    pictures.map(async ({ file, svg }) => ({ file: file.replace(/svg$/, 'png'), bytes: await pngOf(svg) })),
  );
  const files = [...images, ...reportFiles(report, parseGlossary(glossary))];
  for (const { file, bytes } of files) await writeInside(into, file, bytes);
  return files.map(({ file }) => file);
}

interface Shown {
  readonly request: ExperimentRequest;
  readonly result: ExperimentResult;
  /** Folder of the experiment, and where the report goes. */
  readonly out: string;
  readonly into: string;
  readonly json: boolean;
}

async function show({ request, result, out, into, json }: Shown): Promise<void> {
  const { tables, failures, cancelled } = result;
  const { folder } = request.model;
  const facts = { request, report: result, out, modelPath: folder === demoModel ? undefined : fromHere(folder) };
  const files = await writeReport(facts, into);
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ out, ...request, ...result, files: files.map(file => join(into, file)) })}\n`,
    );
    return;
  }
  const words = tables.map(({ title, header, rows }) => `${title}\n\n${table(header, rows)}`);
  if (failures.length) {
    const rows = failures.map(({ cell, problem }) => [cell, problem]);
    words.push(`Cells that could not be computed\n\n${table(['cell', 'why'], rows)}`);
  }
  const ending = cancelled
    ? `Interrupted; the cells so far are in ${recordsFile(out)}, and the same command goes on from there.`
    : request.shard
      ? `The cells of the shard ${shardName(request.shard)} are in ${recordsFile(out)}; experiment merge joins the shards.`
      : result.done < result.cells
        ? `${standingOf(result)} so far, in ${recordsFile(out)}; the report is ${join(into, pages.markdown)}.`
        : `Every cell is in ${recordsFile(out)}, the report in ${join(into, pages.markdown)}.`;
  process.stdout.write(plain(`${words.join('\n\n')}\n\n${ending}\n`));
}

/** The continuations that are asked for, each as long as what it continues; no more than the experiment has texts. */
function generated(
  { generate: tokens, sourceSeed: seed }: RunOptions,
  { settings: { texts } }: ChosenExperiment,
  all: number,
): ContinuationWish | undefined {
  if (tokens === undefined) return undefined;
  const contexts = Math.max(1, typeof texts === 'number' ? Math.min(texts, all) : all);
  return { contexts, contextTokens: tokens, count: 1, tokens, seed };
}

async function run(name: string, options: RunOptions): Promise<void> {
  const { out, model: folder, device, preset } = options;
  const settings = options.set;
  // What is wrong with the settings is said before a model is loaded.
  const chosen = experimentOf(name).choose(preset, settings);
  if (chosen.continuations && options.generate !== undefined)
    throw new UserError(`The experiment ${name} has settings for what the model writes; leave --generate out.`);
  if (options.words !== undefined && options.texts.length)
    throw new UserError('--words makes random texts and --texts names others; give one of the two.');
  // The folder of a shard goes on being that.
  const shard = options.shard ?? (await readRequest(out))?.shard;
  if (options.shard && options.queue !== undefined)
    throw new UserError('--shard computes a part here and --queue all cells elsewhere; give one of the two.');
  if (shard && options.queue !== undefined)
    throw new UserError(
      `${out} is for the shard ${shardName(shard)} of its experiment and --queue computes all cells; choose another folder.`,
    );
  const from = {
    paths: options.texts.map(path => resolve(path)),
    cut: options.cut,
    words:
      options.words === undefined || options.words === includedWords ? (options.words ?? null) : resolve(options.words),
    seed: options.sourceSeed,
  };
  const source = await textsFrom(from, passages);
  const continuations = generated(options, chosen, source.texts.length);
  await mkdir(out, { recursive: true });
  await checkWritable(join(out, pages.markdown));
  const compute = (): Promise<void> =>
    withEngine(options, async engine => {
      const texts = source.texts.map(({ text }) => text);
      const asked = { folder, device, name, preset, settings, texts, continuations };
      const { cells } = await engine.call(planExperiment, asked);
      if (!cells)
        throw new UserError(
          `There is nothing to compute: no text of ${source.name} is as long as the settings ask for; give longer texts with --texts, or ask for less with --set.`,
        );
      // What is in a queue is trained elsewhere, and what that takes is said there.
      const model =
        options.queue === undefined
          ? await engine.call(loadModel, { folder, device, recipe: recipeIn(chosen.settings) })
          : await engine.call(openModel, { folder, device });
      if (options.queue === undefined) sayMemory(model);
      const request: ExperimentRequest = {
        experiment: name,
        preset,
        settings,
        model: { folder, id: model.id, fingerprint: model.fingerprint },
        device: model.device,
        source: {
          name: continuations || chosen.continuations ? `what the model writes after ${source.name}` : source.name,
          sha256: source.sha256,
          texts: source.texts.length,
          ...from,
          continuations,
        },
        shard,
        software: version,
      };
      await writeRequest(out, request);
      const line = statusLine();
      const parameters = { ...asked, shard, records: resolve(recordsFile(out)) };
      const onProgress = (progress: ExperimentProgress): void => line.show(status(progress));
      const result = await (options.queue === undefined
        ? interruptible(
            () => engine.kill(),
            signal => engine.call(runExperiment, parameters, { signal, onProgress, onRestart: sayRestart }),
          )
        : runInQueue({ url: options.queue, engine, parameters, model: request.model, onProgress })
      ).finally(() => line.done());
      await show({ request, result, out, into: out, json: options.json });
      if (result.cancelled) process.exitCode = interruptedExitCode;
    });
  await inFolder(out, compute);
}

interface ReportOptions {
  readonly out: string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
}

async function report(out: string, options: ReportOptions): Promise<void> {
  const request = await readRequest(out);
  if (!request) throw new UserError(`${out} holds no experiment; name the folder that experiment run wrote.`);
  const source = await textsFrom(request.source, passages);
  if (source.sha256 !== request.source.sha256)
    throw new UserError(`The texts of ${out} have changed since (${request.source.name}); restore them.`);
  const { experiment: name, preset, settings, model, shard } = request;
  const texts = source.texts.map(({ text }) => text);
  const { continuations } = request.source;
  const parameters = { folder: model.folder, device: 'cpu' as const, name, preset, settings, texts, continuations };
  const result = await withEngine(options, engine =>
    engine.call(reportExperiment, { ...parameters, shard, records: resolve(recordsFile(out)) }),
  );
  const into = options.out ?? out;
  await mkdir(into, { recursive: true });
  await show({ request, result, out, into, json: options.json });
}

function list(): void {
  const rows = experiments.map(({ name, paper, summary }) => [name, paper, summary]);
  const settings = experiments.map(({ name, settings: schema }) => `${name}\n${settingsHelp(schema)}`);
  process.stdout.write(`${table(['experiment', 'in the paper', 'shows'], rows)}\n\nSettings, for --set:\n\n`);
  process.stdout.write(`${settings.join('\n\n')}\n`);
}

export function addExperiment(program: Command): void {
  const experiment = program
    .command('experiment')
    .description('run an experiment of the paper on any model, stop and continue at will, and report it');
  command(experiment, 'list', 'list the experiments and their settings').action(() => list());
  withJson(withModel(command(experiment, 'run <name>', 'compute the cells of an experiment that are not there yet')))
    .addOption(new Option('--preset <name>', 'settings to begin with').choices(presets).default('quick'))
    .option('--set <name=value>', 'a setting instead of the default one, may be repeated', setting, {})
    .option('--texts <paths...>', 'files, or folders of .txt and .md files (default: held-out prose)', [])
    .addOption(new Option('--cut <how>', 'what is used of each file').choices(cuts).default('whole'))
    .option(
      '--words <list>',
      `random texts instead: a file with a word at the beginning of each line, such as one of GloVe's, or ${includedWords}, a list that is included`,
    )
    .option(
      '--generate <tokens>',
      'what the model itself writes after the beginnings of the texts instead, so many tokens after as many',
      wholeNumber({ minimum: 1 }),
    )
    .option('--source-seed <number>', 'seed of random and of generated texts', wholeNumber(), 0)
    .option('--shard <i/n>', 'compute the I-th of N parts only, each part on its own machine', shardOption)
    .option('--queue <address>', 'have the cells computed by workers at a queue, such as redis://localhost:6379')
    .requiredOption('--out <folder>', 'where cells and report are written')
    .action((name: string, options: RunOptions) => guarded(() => run(name, options)));
  withJson(command(experiment, 'report <folder>', 'write the report of what has been computed so far: tables, figures'))
    .option('--out <folder>', 'where the report is written (default: into the folder of the experiment)')
    .action((folder: string, options: ReportOptions) => guarded(() => report(folder, options)));
  addWorker(experiment);
  addMerge(experiment, (out, { json, verbose }) => report(out, { out: undefined, json, verbose }));
}

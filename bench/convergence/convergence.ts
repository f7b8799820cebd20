import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { interruptedExitCode, interruptible } from '../../src/cli/interrupt.ts';
import { type StatusLine, statusLine } from '../../src/cli/status-line.ts';
import { ModelPool } from '../../src/runtime/engine/model-pool.ts';
import { type Model, openModel } from '../../src/runtime/models/model.ts';
import type { DeviceChoice } from '../../src/runtime/onnxruntime/device-names.ts';
import { printNote } from '../table.ts';
import { type Kind, readTexts, type Split } from './passages.ts';
import { capacityPicture, evaluationPicture, type ModelSummary } from './pictures.ts';
import { printReport } from './report.ts';
import { ResultsFile } from './results-file.ts';
import { runTask, type TrialsProgress } from './run.ts';
import { reportedBudget, summarise } from './summary.ts';
import type { Setting } from './trial.ts';

export interface ConvergenceOptions {
  readonly model?: readonly string[];
  readonly recipes: readonly string[];
  readonly lengths?: readonly number[];
  readonly texts: number;
  readonly kind: Kind;
  readonly split: Split;
  readonly seed: number;
  readonly steps?: number;
  readonly giveUp: boolean;
  readonly device: DeviceChoice;
  readonly results: string;
  readonly out: string;
  readonly report: boolean;
  /** The first is always there, the others may be. */
  readonly defaultModels: readonly string[];
}

const usualLengths = [8, 16, 24, 32, 48, 64, 96, 128];

/** Compares recipes: runs what is not known yet, then prints tables and draws plots of all that is known. */
export async function benchmarkConvergence(options: ConvergenceOptions): Promise<void> {
  const results = await ResultsFile.open(options.results);
  const [first, ...others] = options.defaultModels;
  const folders = options.model ?? [first, ...others.filter(existsSync)].filter(folder => folder !== undefined);
  const settings = options.report
    ? await knownSettings(folders, results, options)
    : await run(folders, results, options);
  const models = settings.map(setting => summaryOf(setting, results, options));
  for (const { title, recipes } of models) printReport(title, recipes);
  await draw(
    models.filter(({ recipes }) => recipes.length),
    options,
  );
}

function settingOf(model: Model, device: string, { split, kind, seed, texts }: ConvergenceOptions): Setting {
  const { fingerprint, id, tokenizer } = model;
  return { fingerprint, model: id, device, split, kind, seed, texts: readTexts(tokenizer, split, kind, texts) };
}

/** Runs every model in turn; Ctrl-C ends it after the evaluation that is under way. */
async function run(folders: readonly string[], results: ResultsFile, options: ConvergenceOptions): Promise<Setting[]> {
  const { recipes, lengths = usualLengths, steps, giveUp, device } = options;
  const pool = new ModelPool();
  const status = statusLine();
  const settings: Setting[] = [];
  await interruptible(
    () => undefined,
    async signal => {
      for (const folder of folders) {
        if (signal.aborted) break;
        await pool.use({ folder, device }, async ({ model, sessions, device: chosen }) => {
          const setting = settingOf(model, chosen, options);
          settings.push(setting);
          const onProgress = (progress: TrialsProgress): void => show(status, setting, progress);
          await runTask({ setting, recipes, lengths, steps, giveUp }, { model, sessions, results, signal, onProgress });
        });
      }
      status.done();
      if (signal.aborted) process.exitCode = interruptedExitCode;
    },
  );
  return settings;
}

function show(status: StatusLine, { model }: Setting, progress: TrialsProgress): void {
  const { recipe, length, left, running, step, budget, secondsPerStep } = progress;
  status.show(
    `${model}, ${recipe}, ${length} tokens: ${left} texts left, ${running} in training, one at evaluation ${step} of ${budget}, ` +
      `${(1000 * secondsPerStep).toFixed(1)} ms each`,
  );
}

/** Settings of which there are results: a model on each device that was used, or on the one that is named. */
async function knownSettings(
  folders: readonly string[],
  results: ResultsFile,
  options: ConvergenceOptions,
): Promise<Setting[]> {
  const settings: Setting[] = [];
  for (const folder of folders) {
    const model = await openModel(folder);
    const own = results.all().filter(({ fingerprint }) => fingerprint === model.fingerprint);
    const devices = new Set(own.map(({ device }) => device));
    for (const device of devices)
      if (options.device === 'auto' || options.device === device) settings.push(settingOf(model, device, options));
  }
  return settings;
}

function summaryOf(setting: Setting, results: ResultsFile, options: ConvergenceOptions): ModelSummary {
  const { fingerprint, device, split, kind, seed } = setting;
  const own = results
    .all()
    .filter(
      result =>
        result.fingerprint === fingerprint &&
        result.device === device &&
        result.split === split &&
        result.kind === kind &&
        result.seed === seed,
    );
  const lengths = options.lengths ?? [...new Set(own.map(({ length }) => length))];
  const recipes = summarise(
    options.recipes.map(recipe => ({
      recipe,
      budget: reportedBudget(own, recipe, options.steps),
      setting,
      lengths,
      find: trial => results.find(trial),
    })),
  );
  return { title: `${setting.model} on ${device}, ${split} ${kind}, seed ${seed}`, recipes };
}

async function draw(models: readonly ModelSummary[], { out, split, kind }: ConvergenceOptions): Promise<void> {
  if (!models.length) return;
  await mkdir(out, { recursive: true });
  const texts = `${kind} (${split})`;
  const files = [
    [join(out, `evaluations-${split}-${kind}.svg`), evaluationPicture(models, texts)],
    [join(out, `capacity-${split}-${kind}.svg`), capacityPicture(models, texts)],
  ] as const;
  for (const [path, picture] of files) await writeFile(path, picture);
  printNote(`\nPlots: ${files.map(([path]) => path).join(', ')}`);
}

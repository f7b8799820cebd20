import { join, resolve } from 'node:path';
import { version } from '../../../../package.json';
import { pages } from '../../../report/files.ts';
import { figure } from '../../../report/format.ts';
import { clock } from '../../../runtime/clock.ts';
import { counted } from '../../../runtime/counted.ts';
import type { EngineClient } from '../../../runtime/engine/client.ts';
import { UserError } from '../../../runtime/errors.ts';
import type { ChosenExperiment, Preset } from '../../../runtime/experiments/experiment.ts';
import { type ExperimentRequest, readRequest, recordsFile, writeRequest } from '../../../runtime/experiments/folder.ts';
import type { GivenSettings } from '../../../runtime/experiments/given-settings.ts';
import { experimentOf } from '../../../runtime/experiments/index.ts';
import { inFolder } from '../../../runtime/experiments/lock.ts';
import { type Shard, shardName } from '../../../runtime/experiments/shard.ts';
import { type Cut, includedWords, type SourceRequest, textsFrom } from '../../../runtime/experiments/texts.ts';
import { checkWritable } from '../../../runtime/files/atomic.ts';
import { type ContinuationWish, planExperiment, runExperiment } from '../../../runtime/operations/experiments.ts';
import { loadModel, openModel } from '../../../runtime/operations/models.ts';
import type { ExperimentProgress } from '../../../runtime/results/experiments.ts';
import type { Common } from '../../command.ts';
import { heldOutPassages, withEngine } from '../../engine.ts';
import { interruptedExitCode, interruptible, sayRestart } from '../../interrupt.ts';
import { recipeIn, sayMemory } from '../../memory.ts';
import { statusLine } from '../../status-line.ts';
import { runInQueue } from './queue.ts';
import { show } from './report.ts';

export interface RunOptions extends Common {
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

/**
 * Computes the cells of an experiment that are not in its folder yet, here or by the workers of a queue, and reports it.
 *
 * @throws UserError when the settings are wrong, no text is long enough, or the folder is of another experiment.
 */
export async function run(name: string, options: RunOptions): Promise<void> {
  const { out } = options;
  // What is wrong with the settings is said before a model is loaded.
  const chosen = experimentOf(name).choose(options.preset, options.set);
  checkTogether(name, chosen, options);
  const shard = await shardIn(out, options);
  const from: SourceRequest = {
    paths: options.texts.map(path => resolve(path)),
    cut: options.cut,
    words: wordsOf(options),
    seed: options.sourceSeed,
  };
  const source = await textsFrom(from, heldOutPassages);
  const continuations = generated(options, chosen, source.texts.length);
  await inFolder(out, async () => {
    await checkWritable(join(out, pages.markdown));
    await withEngine(options, async engine => {
      const { model: folder, device, preset, set: settings } = options;
      const texts = source.texts.map(({ text }) => text);
      const asked = { folder, device, name, preset, settings, texts, continuations };
      const { cells } = await engine.call(planExperiment, asked);
      if (!cells)
        throw new UserError(
          `There is nothing to compute: no text of ${source.name} is as long as the settings ask for; give longer texts with --texts, or ask for less with --set.`,
        );
      const model = await modelFor(engine, options, chosen);
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
  });
}

/** @throws UserError when options exclude each other. */
function checkTogether(name: string, { continuations }: ChosenExperiment, options: RunOptions): void {
  if (continuations && options.generate !== undefined)
    throw new UserError(`The experiment ${name} has settings for what the model writes; leave --generate out.`);
  if (options.words !== undefined && options.texts.length)
    throw new UserError('--words makes random texts and --texts names others; give one of the two.');
  if (options.shard && options.queue !== undefined)
    throw new UserError('--shard computes a part here and --queue all cells elsewhere; give one of the two.');
}

/** Which part is computed here: the folder of a shard goes on being that. */
async function shardIn(out: string, options: RunOptions): Promise<Shard | undefined> {
  const shard = options.shard ?? (await readRequest(out))?.shard;
  if (shard && options.queue !== undefined)
    throw new UserError(
      `${out} is for the shard ${shardName(shard)} of its experiment and --queue computes all cells; choose another folder.`,
    );
  return shard;
}

/** The list of words that random texts are made of. */
function wordsOf({ words }: RunOptions): string | null {
  if (words === undefined) return null;
  return words === includedWords ? words : resolve(words);
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

/** What is in a queue is trained elsewhere, and what that takes is said there. */
async function modelFor(
  engine: EngineClient,
  { model: folder, device, queue }: RunOptions,
  { settings }: ChosenExperiment,
): Promise<{ readonly id: string; readonly fingerprint: string; readonly device: string }> {
  if (queue !== undefined) return await engine.call(openModel, { folder, device });
  const model = await engine.call(loadModel, { folder, device, recipe: recipeIn(settings) });
  sayMemory(model);
  return model;
}

function status({ done, cells, evaluations, cellsPerMinute, secondsLeft, texts }: ExperimentProgress): string {
  if (texts) return `the model writes: ${texts.done} of ${counted(texts.all, 'text')} continued`;
  const rate = cellsPerMinute === undefined ? '' : `, ${figure(cellsPerMinute)} cells per minute`;
  const left = secondsLeft === undefined ? '' : `, about ${clock(secondsLeft)} left`;
  return `${done} of ${counted(cells, 'cell')}, ${counted(evaluations, 'evaluation')}${rate}${left}`;
}

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { version } from '../../../../package.json';
import type { EngineClient } from '../../../runtime/engine/client.ts';
import { UserError } from '../../../runtime/errors.ts';
import { folderOf } from '../../../runtime/models/hub/finding.ts';
import { computeCells } from '../../../runtime/operations/experiments.ts';
import { loadModel, openModel } from '../../../runtime/operations/models.ts';
import type { RecipeName } from '../../../runtime/training/recipe-names.ts';
import { command, guarded, withDevice } from '../../command.ts';
import { demoModel, type ModelOptions, withEngine } from '../../engine.ts';
import { interruptible } from '../../interrupt.ts';
import { decimal } from '../../options.ts';
import { plain } from '../../plain.ts';
import type { JobResult, ModelReference } from '../../queue/jobs.ts';
import type { CellsToCompute, Unfit } from '../../queue/worker.ts';
import { serveQueue } from '../../queue-bundle.ts';

interface WorkerOptions extends Omit<ModelOptions, 'model'> {
  readonly queue: string;
  readonly model: string | undefined;
  readonly lostAfter: number;
}

const shortened = (fingerprint: string): string => fingerprint.slice(0, 12);

/** Opens copies of models on this machine, which it finds by their fingerprints. */
class Copies {
  private readonly known = new Map<string, string>();
  private readonly said = new Set<string>();

  constructor(
    private readonly engine: EngineClient,
    private readonly options: WorkerOptions,
    private readonly say: (sentence: string) => void,
  ) {}

  /**
   * Opens a model to train with a recipe, and says once what is chosen for want of memory.
   *
   * @returns the folder of the copy
   * @throws UserError when there is none, or none that can be opened.
   */
  async open(wanted: ModelReference, recipe: RecipeName | undefined): Promise<string> {
    const key = `${wanted.fingerprint} ${recipe}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { model: given, device } = this.options;
    const candidates = given === undefined ? [wanted.folder, demoModel] : [await folderOf(given)];
    const others: string[] = [];
    let failure: UserError | undefined;
    for (const folder of candidates)
      try {
        // The folder that a run names may be on its own machine only.
        if (!existsSync(folder)) {
          others.push(`there is no folder ${folder}`);
          continue;
        }
        const { fingerprint } = await this.engine.call(openModel, { folder, device });
        if (fingerprint === wanted.fingerprint) {
          const { memoryRemark } = await this.engine.call(loadModel, { folder, device, recipe });
          this.known.set(key, folder);
          this.sayOnce(memoryRemark);
          return folder;
        }
        others.push(`that in ${folder} has the fingerprint ${shortened(fingerprint)}`);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        failure ??= error;
      }
    if (failure) throw failure;
    throw new UserError(
      `The cells in the queue are of ${wanted.id} with the fingerprint ${shortened(wanted.fingerprint)}, of which this machine has no copy (${others.join(', and ')}); give --model with the folder of one.`,
    );
  }

  private sayOnce(remark: string | null): void {
    if (remark === null || this.said.has(remark)) return;
    this.said.add(remark);
    this.say(remark);
  }
}

async function work(options: WorkerOptions): Promise<void> {
  const { queue: url, lostAfter: lostAfterSeconds, device } = options;
  const say = (sentence: string): void => void process.stderr.write(`${plain(sentence)}\n`);
  await withEngine(options, async engine => {
    const copies = new Copies(engine, options, say);
    const compute = async (
      { model, software, tokens, cells }: CellsToCompute,
      signal: AbortSignal,
    ): Promise<JobResult | Unfit> => {
      try {
        const other = `The cells in the queue are from Proto-Tokens ${software}, and this is ${version}`;
        if (software !== version) throw new UserError(`${other}; install the same version on all machines.`);
        // A run has one recipe.
        const folder = await copies.open(model, cells[0]?.cell.recipe);
        const asked = { folder, device, tokens, cells: cells.map(({ cell }) => cell) };
        const results = await engine.call(computeCells, asked, { signal });
        const wanted = new Set(cells.map(({ key }) => key));
        if (!results.every(({ key }) => wanted.has(key)))
          throw new UserError(
            `${other}, but they differ in how cells are computed; take the same commit on all machines.`,
          );
        return results.map(({ key, outcome }) => ({ key, outcome }));
      } catch (error) {
        if (error instanceof UserError) return { unfit: error.message };
        throw error;
      }
    };
    await interruptible(
      () => engine.kill(),
      signal => serveQueue({ url, lostAfterSeconds, compute, signal, say }),
      '\nStopping after this evaluation and giving the cells back to the queue; press Ctrl-C again to leave at once.\n',
    );
  });
}

/** Adds `experiment worker`. */
export function addWorker(experiment: Command): void {
  withDevice(
    command(experiment, 'worker', 'compute cells that experiment run --queue has put in a queue, until Ctrl-C'),
  )
    .requiredOption('--queue <address>', 'Redis, such as redis://localhost:6379')
    .option(
      '--model <name>',
      'the model on this machine, by name or folder (default: where the run has it, or the bundled one)',
    )
    .option(
      '--lost-after <seconds>',
      'a worker that is silent for so long counts as dead',
      decimal('a number of seconds', { minimum: 0.1, maximum: 86_400 }),
      30,
    )
    .action((options: WorkerOptions) => guarded(() => work(options)));
}

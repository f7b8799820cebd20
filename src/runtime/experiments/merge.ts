import { UserError } from '../errors.ts';
import { Records } from '../work/records.ts';
import { type CellOutcome, outcomeSchema } from './cell.ts';
import { type Continued, openContinuations, readContinuations } from './continuations.ts';
import { type ExperimentRequest, readRequest, recordsFile, writeRequest } from './folder.ts';
import { experimentOf } from './index.ts';
import { inFolder } from './lock.ts';

/** What came of a merge. */
export interface Merged {
  /** Cells that the folder has now. */
  readonly cells: number;
  /** Cells that were in more than one place, and are one line now. */
  readonly repeated: number;
}

const settingsOf = ({ experiment, preset, settings }: ExperimentRequest): Readonly<Record<string, unknown>> =>
  experimentOf(experiment).choose(preset, settings).settings;

/** @throws UserError when the cells of two folders are not of one experiment. */
function checkAlike(first: string, a: ExperimentRequest, second: string, b: ExperimentRequest): void {
  const refuse = (what: string, of: string, other: string): never => {
    throw new UserError(
      `${first} and ${second} differ in their ${what} (${of}, ${other}); merge the folders of one run.`,
    );
  };
  if (a.experiment !== b.experiment) refuse('experiment', a.experiment, b.experiment);
  if (a.model.fingerprint !== b.model.fingerprint) {
    const [one, other] = [a, b].map(({ model }) => `${model.id} with the fingerprint ${model.fingerprint}`);
    refuse('model', one ?? '', other ?? '');
  }
  if (a.source.sha256 !== b.source.sha256) refuse('texts', a.source.name, b.source.name);
  const [written, others] = [a, b].map(({ source }) => JSON.stringify(source.continuations ?? null));
  if (written !== others) refuse('texts', a.source.name, b.source.name);
  const [of, other] = [settingsOf(a), settingsOf(b)];
  for (const name of new Set([...Object.keys(of), ...Object.keys(other)]))
    if (String(of[name]) !== String(other[name]))
      refuse('settings', `${name}=${String(of[name])}`, `${name}=${String(other[name])}`);
}

/** What the model has written in the folders. @throws UserError when it wrote different texts after the same beginning. */
async function continuationsIn(folders: readonly string[]): Promise<Map<string, Continued>> {
  const found = new Map<string, { readonly folder: string; readonly continued: Continued }>();
  for (const folder of folders)
    for (const [key, continued] of (await readContinuations(recordsFile(folder))).entries()) {
      const known = found.get(key);
      if (known && String(known.continued.continuations) !== String(continued.continuations))
        throw new UserError(
          `The model wrote different texts in ${known.folder} and ${folder}, for their machines round differently; compute the shards again with the continuations.jsonl of one of them.`,
        );
      found.set(key, { folder, continued });
    }
  return new Map([...found].map(([key, { continued }]) => [key, continued]));
}

/** Without them the cells of a merged folder would be of texts that are not there. */
async function keepContinuations(out: string, continuations: ReadonlyMap<string, Continued>): Promise<void> {
  const there = await openContinuations(recordsFile(out));
  await there.appendAll([...continuations].filter(([key]) => !there.find(key)));
}

/**
 * Joins folders of one experiment, its shards for one, in another one. A cell that is in several is one line there; of two
 * outcomes, one that was computed counts before one that could not be. The folders are left as they are.
 *
 * @param out may be there already, with cells of the same experiment
 * @throws UserError when a folder holds no experiment, or one with another name, model, texts or settings; when somebody
 *   computes in `out`.
 */
export async function mergeFolders(folders: readonly string[], out: string): Promise<Merged> {
  const asked: { readonly folder: string; readonly request: ExperimentRequest }[] = [];
  for (const folder of folders) {
    const request = await readRequest(folder);
    if (!request) throw new UserError(`${folder} holds no experiment; name folders that experiment run wrote.`);
    asked.push({ folder, request });
  }
  const [first] = asked;
  if (!first) throw new UserError('There is nothing to merge; name the folders.');
  const there = await readRequest(out);
  const against = there ? { folder: out, request: there } : first;
  for (const { folder, request } of asked) checkAlike(against.folder, against.request, folder, request);
  const { shard, ...whole } = against.request;
  const sources: Records<CellOutcome>[] = [];
  for (const folder of folders)
    sources.push(await Records.read(recordsFile(folder), outcomeSchema, 'record of an experiment'));
  const continuations = await continuationsIn(folders);
  return await inFolder(out, async () => {
    await writeRequest(out, whole);
    if (continuations.size) await keepContinuations(out, continuations);
    return await joined(sources, out);
  });
}

/** Appends to the records in a folder what is not there yet. */
async function joined(sources: readonly Records<CellOutcome>[], out: string): Promise<Merged> {
  const merged = await Records.open(recordsFile(out), outcomeSchema, 'record of an experiment');
  const fresh = new Map<string, CellOutcome>();
  let repeated = 0;
  for (const source of sources)
    for (const [key, outcome] of source.entries()) {
      const known = fresh.get(key) ?? merged.find(key);
      if (known) repeated++;
      if (!known || (known.problem !== null && outcome.problem === null)) fresh.set(key, outcome);
    }
  await merged.appendAll([...fresh]);
  return { cells: merged.size, repeated };
}

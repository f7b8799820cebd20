import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { openModel } from '../model.ts';
import { cachedModels, type InstalledModel, installedAs, missingFiles, type Snapshot } from './installed.ts';
import { knownModels } from './known-models.ts';
import { isCommit, isMeant, parseReference, referenceText } from './reference.ts';

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  );

/**
 * The folder of the model that a person names: a folder, or a name on the hub that is installed. Nothing is fetched.
 *
 * @throws UserError saying how to get it when it is a name and not installed.
 */
export async function folderOf(given: string): Promise<string> {
  const path = given.replace(/^~(?=\/|$)/, homedir());
  if (await isFolder(path)) return resolve(path);
  const reference = parseReference(given);
  // What can only be a path is for whoever opens it to complain about.
  if (!reference) return resolve(path);
  const [found] = await installedAs(reference);
  if (found && !(await missingFiles(found.folder)).length) return found.folder;
  const full = found?.id ?? knownModels.find(({ id }) => isMeant(reference.name, id))?.id ?? reference.name;
  const wanted = referenceText({ name: full, revision: reference.revision });
  throw new UserError(
    found
      ? `The download of ${wanted} has not ended; continue it with "models add ${wanted}".`
      : `There is no folder ${given} and no model ${wanted} in the Hugging Face cache; fetch it with "models add ${wanted}".`,
  );
}

/** What a file says of the model that it was made with. */
export interface ModelOfFile {
  readonly id: string;
  readonly revision: string | null;
  readonly fingerprint: string;
}

/** How near an installed model is to what a file says: the same commit, the same name, anything else. */
function nearness({ id, revision }: ModelOfFile, model: InstalledModel): number {
  if (model.id !== id) return 2;
  return model.revision === revision ? 0 : 1;
}

async function isMadeWith(folder: string, { fingerprint }: ModelOfFile): Promise<boolean> {
  const model = await openModel(folder).catch((error: unknown) => {
    // One that cannot be opened is not the one.
    if (error instanceof UserError) return undefined;
    throw error;
  });
  return model?.fingerprint === fingerprint;
}

/**
 * The folder of the installed model that a file was made with, by its fingerprint: among folders that are named, and in the
 * Hugging Face cache, where those of the same name come first.
 *
 * @throws UserError naming what to fetch when it is not installed.
 */
export async function folderFor(wanted: ModelOfFile, folders: readonly string[], name: string): Promise<string> {
  const cached = (await cachedModels()).sort((a, b) => nearness(wanted, a) - nearness(wanted, b));
  for (const folder of new Set([...folders, ...cached.map((model: Snapshot) => model.folder)]))
    if (await isMadeWith(folder, wanted)) return folder;
  throw new UserError(missing(wanted, name));
}

function missing({ id, revision }: ModelOfFile, name: string): string {
  const made = `${name} was made with the model ${id}`;
  if (revision !== null && isCommit(revision))
    return `${made} at revision ${revision.slice(0, 8)}, which is not installed; fetch it with "models add ${referenceText({ name: id, revision })}", or in VS Code with "Select Model ...".`;
  const known = knownModels.find(model => isMeant(id, model.id));
  return known
    ? `${made}, which is not found here; name its folder with --model, or fetch it with "models add ${known.id}".`
    : `${made}, which is not found here; name its folder with --model.`;
}

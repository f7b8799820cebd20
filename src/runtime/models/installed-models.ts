import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { scanCacheDir } from '@huggingface/hub';

/** A model folder that lies on this machine. */
export interface InstalledModel {
  readonly id: string;
  readonly folder: string;
  /** Commit in the Hugging Face cache. */
  readonly revision: string | null;
}

/** Whether a folder may hold a model: it has the description of one. */
export const holdsModel = (folder: string): Promise<boolean> =>
  access(join(folder, 'config.json')).then(
    () => true,
    () => false,
  );

/**
 * Models in the Hugging Face cache that Python and other tools share, each revision that is there.
 *
 * @param folder the cache; where HF_HOME and its kin say when left out
 */
export async function cachedModels(folder?: string): Promise<InstalledModel[]> {
  const cache = await scanCacheDir(folder).catch(() => undefined);
  const found: InstalledModel[] = [];
  for (const { id, revisions } of cache?.repos ?? [])
    if (id.type === 'model')
      for (const { path, commitOid } of revisions)
        if (await holdsModel(path)) found.push({ id: id.name, folder: path, revision: commitOid });
  return found;
}

/** Models among the folders in a folder. */
export async function modelsIn(folder: string): Promise<InstalledModel[]> {
  const names = await readdir(folder).catch(() => []);
  const found: InstalledModel[] = [];
  for (const name of names)
    if (await holdsModel(join(folder, name))) found.push({ id: name, folder: join(folder, name), revision: null });
  return found;
}

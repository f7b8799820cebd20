import { realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { referenceText } from './hub/reference.ts';

/**
 * What a model is called, from where it lies: the hub's cache keeps it in models--organisation--name/snapshots/revision.
 * Any other folder gives its own name.
 */
export function folderName(folder: string): { readonly id: string; readonly revision: string | null } {
  const repository = basename(dirname(dirname(folder)));
  if (basename(dirname(folder)) !== 'snapshots' || !repository.startsWith('models--'))
    return { id: basename(folder), revision: null };
  return { id: repository.slice('models--'.length).replace('--', '/'), revision: basename(folder) };
}

/** How a command names the model in a folder: one of the hub by name and commit, as on any other machine, else by its path. */
export function nameInCommand(folder: string): string {
  const { id, revision } = folderName(folder);
  return revision === null ? folder : referenceText({ name: id, revision });
}

/** Where a folder really lies: two ways to one model are one place. Of a folder that is not there, where it would be. */
export function placeOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

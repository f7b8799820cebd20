import { realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

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

/** Where a folder really lies: two ways to one model are one place. Of a folder that is not there, where it would be. */
export function placeOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

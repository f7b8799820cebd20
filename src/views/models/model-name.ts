import { basename } from 'node:path';

/** A model's name by its folder, as short as people say it: "org/name" in the Hugging Face cache, else the folder's own. */
export function modelNameOf(folder: string): string {
  const [, cached] = folder.replaceAll('\\', '/').match(/\/models--([^/]+)\/snapshots\/[^/]+\/?$/) ?? [];
  return cached ? cached.replaceAll('--', '/') : basename(folder);
}

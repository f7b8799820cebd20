import { copyFile, link, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotBeWritten } from '../files/atomic.ts';
import type { PublishedProvider } from './published.ts';

/** The folder of a provider's libraries in a store. */
export const folderIn = (store: string, { version }: PublishedProvider): string =>
  join(store, `onnxruntime-${version}`);

/**
 * Puts the libraries of a store beside the runtime, which finds them nowhere else.
 *
 * @param runtime folder of the runtime's libraries
 * @returns whether there are any
 * @throws UserError when the runtime's folder cannot be written.
 */
export async function lendProvider(store: string, provider: PublishedProvider, runtime: string): Promise<boolean> {
  const folder = folderIn(store, provider);
  if (!(await stat(folder).catch(() => undefined))) return false;
  for (const { file } of provider.libraries) {
    const [source, target] = [join(folder, file), join(runtime, file)];
    const [here, there] = await Promise.all([stat(source), stat(target).catch(() => undefined)]);
    if (here.size === there?.size) continue;
    try {
      await rm(`${target}.part`, { force: true });
      // Another disk cannot share the file.
      await link(source, `${target}.part`).catch(() => copyFile(source, `${target}.part`));
      await rename(`${target}.part`, target);
    } catch (error) {
      throw cannotBeWritten(target, error);
    }
  }
  return true;
}

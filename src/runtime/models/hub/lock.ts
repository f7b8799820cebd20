import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { isAlive } from '../../files/atomic.ts';

/**
 * Works while no other process of ours fetches the same model: two would write into the same unfinished files.
 *
 * @throws UserError when another one does.
 */
export async function whileLocked<T>(cache: string, repository: string, work: () => Promise<T>): Promise<T> {
  const folder = join(cache, '.locks', basename(repository));
  const lock = join(folder, 'proto-tokens.lock');
  await mkdir(folder, { recursive: true });
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
  // One that was killed has left its lock.
  if (owner && !isAlive(owner)) await rm(lock, { force: true });
  const file = await open(lock, 'wx').catch(() => {
    throw new UserError(`The model is being fetched already (by process ${owner}); wait until that has ended.`);
  });
  try {
    await file.writeFile(String(process.pid));
    return await work();
  } finally {
    await file.close();
    await rm(lock, { force: true });
  }
}

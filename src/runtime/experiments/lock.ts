import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { cannotBeWritten } from '../files/atomic.ts';
import { whileLocked } from '../files/lock.ts';

/**
 * Works in the folder of an experiment while no other process does: two would compute the same cells, and each would write
 * over the other's checkpoint. A folder that is not there is made; one in which nothing is left then is gone again.
 *
 * @throws UserError when another process works there, or the folder cannot be written to.
 */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const refusal = (holder: string): UserError =>
    new UserError(
      `The experiment in ${folder} is being computed by ${holder}; wait until that ends or stop it, or choose another folder.`,
    );
  const made = await mkdir(folder, { recursive: true }).catch(error => {
    throw cannotBeWritten(folder, error);
  });
  try {
    return await whileLocked(join(folder, 'experiment.lock'), refusal, work);
  } finally {
    // It refuses where something was written, and that is meant.
    if (made !== undefined) await rmdir(folder).catch(() => undefined);
  }
}

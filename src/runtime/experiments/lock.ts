import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { whileLocked } from '../files/lock.ts';

/**
 * Works in the folder of an experiment while no other process does: two would compute the same cells, and each would write
 * over the other's checkpoint.
 *
 * @throws UserError when another process works there, or the folder cannot be written to.
 */
export function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const refusal = (holder: string): UserError =>
    new UserError(
      `The experiment in ${folder} is being computed by ${holder}; wait until that ends or stop it, or choose another folder.`,
    );
  return whileLocked(join(folder, 'experiment.lock'), refusal, work);
}

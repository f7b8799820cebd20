import { createContext, Script } from 'node:vm';

/** The work outlived its time and was ended. */
export class Overdue extends Error {
  override readonly name = 'Overdue';
}

const script = new Script('work()');
/** Making a context takes longer than most of the work: this one is for all of it. */
const global = { work: (): void => undefined };
const context = createContext(global);

/**
 * Does synchronous work that may never end by itself, and ends it when its time is over: Node interrupts a script that
 * it runs, with all that the script has called, regular expressions included. Nothing else can, for the thread is busy.
 *
 * @throws Overdue when it was ended; whatever the work throws.
 */
export function within<T>(milliseconds: number, work: () => T): T {
  let done: { readonly value: T } | undefined;
  global.work = () => {
    done = { value: work() };
  };
  try {
    script.runInContext(context, { timeout: milliseconds });
  } catch (error) {
    throw isTimeout(error) ? new Overdue() : error;
  }
  if (!done) throw new Overdue();
  return done.value;
}

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

import { createContext, Script } from 'node:vm';

/** The work outlived its time and was ended. */
export class Overdue extends Error {
  override readonly name = 'Overdue';
}

const script = new Script('work()');
/** Making a context takes longer than most of the work: this one is for all of it. */
const global = { work: (): void => undefined };
const context = createContext(global);

/** Milliseconds of the processor that this process has had, with all its threads. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Does synchronous work that may never end by itself, and ends it when its time is over: Node interrupts a script that
 * it runs, with all that the script has called, regular expressions included. Nothing else can, for the thread is busy.
 * The time is that of the processor: on a machine that is busy or was asleep, work that has hardly run is done once more.
 *
 * @param work may be begun several times
 * @param spent milliseconds that this process has computed so far
 * @throws Overdue when it was ended; whatever the work throws.
 */
export function within<T>(milliseconds: number, work: () => T, spent = processorTime): T {
  for (let timeout = milliseconds; ; timeout *= 2) {
    const before = spent();
    const done = attempt(timeout, work);
    if (done) return done.value;
    if (spent() - before >= milliseconds) throw new Overdue();
  }
}

/** Undefined where the work was interrupted. */
function attempt<T>(timeout: number, work: () => T): { readonly value: T } | undefined {
  let done: { readonly value: T } | undefined;
  global.work = () => {
    done = { value: work() };
  };
  try {
    script.runInContext(context, { timeout });
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
  return done;
}

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

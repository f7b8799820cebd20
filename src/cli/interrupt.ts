import { EngineCrash } from '../runtime/engine/crash.ts';
import { Cancelled } from '../runtime/errors.ts';

/** As shells report a process ended by Ctrl-C. */
export const interruptedExitCode = 130;

/** Says that the engine died under work that goes on. */
export function sayRestart(reason: string): void {
  process.stderr.write(`\n${reason}; continuing from the last checkpoint.\n`);
}

const usualWords =
  '\nStopping after this evaluation and keeping the progress so far; press Ctrl-C again to leave at once.\n';

/**
 * Ctrl-C once aborts the signal, so that the work can end with what it has so far; twice runs `kill` and leaves at once.
 *
 * @param words what is said then
 * @throws Cancelled when the work ended without a result after Ctrl-C, which also reaches an engine that is still
 *   starting and ends it.
 */
export async function interruptible<T>(
  kill: () => void,
  work: (signal: AbortSignal) => Promise<T>,
  words = usualWords,
): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      kill();
      process.exit(interruptedExitCode);
    }
    process.stderr.write(words);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted && error instanceof EngineCrash ? new Cancelled() : error;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** As shells report a process ended by Ctrl-C. */
export const interruptedExitCode = 130;

/**
 * Ctrl-C once aborts the signal, so that the work can end with what it has earned; twice runs `kill` and leaves at once.
 */
export async function interruptible<T>(kill: () => void, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      kill();
      process.exit(interruptedExitCode);
    }
    process.stderr.write('\nStopping after this step with what has been earned; Ctrl-C again to leave at once.\n');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

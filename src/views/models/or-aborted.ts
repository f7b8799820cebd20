/**
 * What work comes to, or undefined as soon as a signal is aborted: whoever has stopped waiting need not wait for work that
 * ends when it can.
 *
 * @throws what the work throws before that.
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  // Nobody may be waiting when it fails.
  work.catch(() => undefined);
  if (signal.aborted) return undefined;
  let stop: () => void = () => undefined;
  const aborted = new Promise<undefined>(resolve => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

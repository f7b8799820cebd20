/** Lets messages in (a cancellation, above all) between two runs of a graph, each of which blocks the thread. */
export function breathe(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

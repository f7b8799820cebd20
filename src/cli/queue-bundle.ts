import { UserError } from '../runtime/errors.ts';
import type * as queue from './queue/index.ts';

/** Loads what speaks to Redis. It lies beside the command line, which does without it where there is no queue. */
async function load(): Promise<typeof queue> {
  return await import(new URL('queue.mjs', import.meta.url).href);
}

/** A bundle of its own has classes of errors of its own. */
function ours(error: unknown): unknown {
  return error instanceof Error && error.name === 'UserError' ? new UserError(error.message) : error;
}

/** As in queue/producer.ts. */
export async function runQueued(run: queue.QueuedRun): Promise<boolean> {
  const { runQueued: begin } = await load();
  return await begin(run).catch(error => {
    throw ours(error);
  });
}

/** As in queue/worker.ts. */
export async function serveQueue(options: queue.ServiceOptions): Promise<void> {
  const { serveQueue: begin } = await load();
  await begin(options).catch(error => {
    throw ours(error);
  });
}

import { type Job, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { counted } from '../../runtime/counted.ts';
import { UserError } from '../../runtime/errors.ts';
import { connectTo, followConnection, shownAddress } from './connection.ts';
import { type JobData, type JobResult, jobSchema, queueName, readTexts, textsKey } from './jobs.ts';

export interface CellsToCompute extends Pick<JobData, 'cells' | 'model' | 'software'> {
  readonly tokens: readonly Int32Array[];
}

/** Says in a sentence why a worker cannot compute cells that others can. */
export interface Unfit {
  readonly unfit: string;
}

export interface ServiceOptions {
  /** Address of Redis. */
  readonly url: string;
  /** A worker that is not heard of for so long counts as dead, and its cells are computed by another one. */
  readonly lostAfterSeconds: number;
  /**
   * Computes cells, in another process: this one stays free to keep its lock on them.
   *
   * @returns their outcomes, or why this worker is not one for them: then they go back and it ends
   */
  readonly compute: (cells: CellsToCompute, signal: AbortSignal) => Promise<JobResult | Unfit>;
  /** Ends the service; what was being computed goes back into the queue. */
  readonly signal: AbortSignal;
  /** Takes a sentence on what goes on. */
  readonly say: (sentence: string) => void;
}

/** Deaths of workers that cells survive; machines that are lent for a while die often. */
const mostDeaths = 10;

/**
 * Computes the cells of a queue, batch after batch, until it is told to end.
 *
 * @throws UserError when there is no Redis, or this worker is not one for the cells.
 */
export async function serveQueue(options: ServiceOptions): Promise<void> {
  const { url, lostAfterSeconds, signal, say } = options;
  const redis = await connectTo(url);
  const lost = 1000 * lostAfterSeconds;
  const service = new Service(options, redis);
  const worker = new Worker<JobData, JobResult>(queueName, (job, token) => service.process(job, token), {
    connection: redis,
    lockDuration: lost,
    stalledInterval: lost,
    maxStalledCount: mostDeaths,
    runRetryDelay: 500,
  });
  // What could not be done while Redis was away is done when it is back.
  worker.on('error', () => undefined);
  const follow = followConnection(redis, say);
  say(`Waiting for cells at ${shownAddress(url)}; press Ctrl-C to stop.`);
  try {
    await Promise.race([
      service.unfit,
      new Promise<void>(resolve => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve());
      }),
    ]);
  } finally {
    follow();
    // While Redis is away nothing can be given back; it finds out by itself.
    await worker.close(redis.status !== 'ready');
    redis.disconnect();
  }
}

class Service {
  /** Rejects when this worker is not one for the cells that are there. */
  readonly unfit: Promise<never>;
  private tell: (error: UserError) => void = () => undefined;
  private texts: { readonly id: string; readonly tokens: readonly Int32Array[] } | undefined;

  constructor(
    private readonly options: ServiceOptions,
    private readonly redis: Redis,
  ) {
    this.unfit = new Promise((_, reject) => {
      this.tell = reject;
    });
  }

  async process(job: Job<JobData, JobResult>, token: string | undefined): Promise<JobResult> {
    const { signal, say, compute } = this.options;
    const { texts, cells, model, software } = jobSchema.parse(job.data);
    const giveBack = async (): Promise<never> => {
      await job.moveToWait(token);
      throw new WaitingError();
    };
    if (signal.aborted) return await giveBack();
    const tokens = await this.tokensOf(texts);
    const start = performance.now();
    say(`Computing ${counted(cells.length, 'cell')} of ${model.id}.`);
    const results = await compute({ cells, model, software, tokens }, signal).catch(error => {
      if (signal.aborted) return [];
      throw error;
    });
    if ('unfit' in results) {
      this.tell(new UserError(results.unfit));
      return await giveBack();
    }
    if (signal.aborted && results.length < cells.length) return await giveBack();
    const seconds = (performance.now() - start) / 1000;
    say(`Computed ${counted(results.length, 'cell')} in ${seconds.toFixed(1)} s.`);
    return results;
  }

  private async tokensOf(id: string): Promise<readonly Int32Array[]> {
    if (this.texts?.id === id) return this.texts.tokens;
    const json = await this.redis.get(textsKey(id));
    // They are put there before the cells are; Redis has lost its data, and both will be there again.
    if (json === null) throw new Error('The texts of the cells are not in Redis any more.');
    const tokens = readTexts(json);
    this.texts = { id, tokens };
    return tokens;
  }
}

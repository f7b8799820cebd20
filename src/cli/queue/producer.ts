import { type Job, Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { onOneLine } from '../../runtime/errors.ts';
import { batchesOf, type WantedCell } from '../../runtime/experiments/batches.ts';
import { type CellOutcome, failedOutcome, outcomeSchema, recorded } from '../../runtime/experiments/cell.ts';
import type { Wanted } from '../../runtime/experiments/wanted.ts';
import type { ExperimentProgress } from '../../runtime/results/experiments.ts';
import { positionsAtOnce } from '../../runtime/training/batch.ts';
import type { Records } from '../../runtime/work/records.ts';
import { connectTo, followConnection } from './connection.ts';
import {
  type JobData,
  type JobResult,
  jobIdOf,
  type ModelReference,
  queueName,
  resultSchema,
  secondsOfTexts,
  textsIdOf,
  textsKey,
  writeTexts,
} from './jobs.ts';
import { Bell } from './signals.ts';

export interface QueuedRun {
  /** Address of Redis. */
  readonly url: string;
  readonly model: ModelReference;
  readonly software: string;
  /** What the experiment wants next, by its records. */
  readonly wanted: () => Promise<Wanted>;
  /** Opens the records; a line is appended for each cell. */
  readonly records: () => Promise<Records<CellOutcome>>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ExperimentProgress) => void;
  /** Takes a sentence on what goes on. */
  readonly say: (sentence: string) => void;
}

/** Batches that wait or are computed, at most: enough for hundreds of workers. */
const mostQueued = 1000;
/** Between two looks at all of the queue, where nothing has been heard: it may have been lost. */
const millisecondsBetweenLooks = 5000;
/** A batch that fails so often is tried cell by cell, and a cell is given up. */
const attempts = 3;
/** States of jobs that nobody has ended. */
const unfinished = ['active', 'waiting', 'prioritized', 'delayed'] as const;

type CellJob = Job<JobData, JobResult>;

/**
 * Has the cells of an experiment computed by whoever serves the queue, and appends what comes back. Cells that are lost with
 * the data of Redis are put there again; those that an earlier run has left there are taken over.
 *
 * @returns whether it was cancelled: then what was done is kept, and what nobody has begun is taken out of the queue
 * @throws UserError when there is no Redis.
 */
export async function runQueued(run: QueuedRun): Promise<boolean> {
  const redis = await connectTo(run.url);
  const queue = new Queue<JobData, JobResult>(queueName, { connection: redis });
  const listening = redis.duplicate();
  const events = new QueueEvents(queueName, { connection: listening });
  // What could not be done while Redis was away is done when it is back.
  queue.on('error', () => undefined);
  events.on('error', () => undefined);
  listening.on('error', () => undefined);
  const producer = new Producer(run, redis, queue);
  for (const event of ['completed', 'failed'] as const) events.on(event, () => producer.bell.ring());
  const follow = followConnection(redis, run.say, () => producer.lookAtAll());
  const aborted = new Promise<void>(resolve => {
    if (run.signal.aborted) resolve();
    run.signal.addEventListener('abort', () => resolve());
  });
  try {
    const running = producer.run();
    // While Redis is away nothing can be taken out of it, and nothing more comes of it.
    running.catch(() => undefined);
    await Promise.race([running, aborted]);
    producer.bell.ring();
    if (redis.status === 'ready') {
      await running;
      await producer.end();
    }
    return run.signal.aborted;
  } finally {
    follow();
    const closed = Promise.all([events.close(), queue.close()]).catch(() => undefined);
    // While Redis is away they would wait for it.
    if (redis.status === 'ready') await closed;
    for (const connection of [listening, redis]) connection.disconnect();
  }
}

class Producer {
  readonly bell = new Bell();
  private lookIsDue = true;
  /** Keys of all cells that were ever wanted. */
  private readonly ours = new Set<string>();
  private readonly wanted = new Map<string, WantedCell>();
  /** Cells of the batches that are in the queue, by their ids. */
  private readonly queued = new Map<string, readonly WantedCell[]>();
  private batches: WantedCell[][] = [];
  private texts = '';
  private readonly start = performance.now();
  private readonly counts = { doneNow: 0, done: 0, cells: 0, evaluations: 0 };

  constructor(
    private readonly asked: QueuedRun,
    private readonly redis: Redis,
    private readonly queue: Queue<JobData, JobResult>,
  ) {}

  /** The next look is at all of the queue, not only at what has ended. */
  lookAtAll(): void {
    this.lookIsDue = true;
    this.bell.ring();
  }

  /** Stage after stage, until nothing is wanted or it is cancelled. */
  async run(): Promise<void> {
    const records = await this.asked.records();
    for (;;) {
      const { wanted, tokens, done, cells } = await this.asked.wanted();
      Object.assign(this.counts, { done, cells });
      this.report();
      if (!wanted.length) return;
      for (const cell of wanted) {
        this.wanted.set(cell.key, cell);
        this.ours.add(cell.key);
      }
      this.lookIsDue = true;
      while (this.wanted.size && !this.asked.signal.aborted) {
        const isLook = this.lookIsDue;
        this.lookIsDue = false;
        await this.settle(records);
        if (isLook) await this.look(tokens);
        await this.fill();
        this.report();
        if (this.wanted.size && !(await this.bell.heard(millisecondsBetweenLooks))) this.lookIsDue = true;
      }
      if (this.asked.signal.aborted) return;
    }
  }

  /** Takes what has ended in the meantime, and leaves nothing in the queue that nobody has begun. */
  async end(): Promise<void> {
    if (this.wanted.size) await this.settle(await this.asked.records());
    // One that is being computed stays; the next run takes what comes of it.
    for (const job of await this.queue.getJobs([...unfinished, 'completed', 'failed']))
      if (job && this.isOurs(job) && !(await job.isActive())) await job.remove().catch(() => undefined);
  }

  private isOurs({ data }: CellJob): boolean {
    return data.cells.length > 0 && data.cells.every(({ key }) => this.ours.has(key));
  }

  /** Takes what has ended. */
  private async settle(records: Records<CellOutcome>): Promise<void> {
    for (const job of await this.queue.getJobs(['completed'])) {
      if (!job || !this.isOurs(job)) continue;
      const result = resultSchema.safeParse(job.returnvalue);
      await this.keep(records, result.success ? result.data : []);
      await this.forget(job);
    }
    for (const job of await this.queue.getJobs(['failed'])) {
      if (!job || !this.isOurs(job)) continue;
      const cells = this.wantedOf(job);
      // One of them cannot be computed: each by itself, to find out which.
      if (cells.length > 1) this.batches.push(...cells.map(cell => [cell]));
      else
        await this.keep(
          records,
          cells.map(({ key, cell }) => ({
            key,
            outcome: failedOutcome(
              cell,
              cell.texts.map(() => null),
              job.failedReason,
            ),
          })),
        );
      this.queued.delete(job.id ?? '');
      await job.remove();
    }
  }

  /** A batch that has ended; cells of it that it brought nothing of are put in the queue again. */
  private async forget(job: CellJob): Promise<void> {
    const missing = this.wantedOf(job);
    if (missing.length) this.batches.push(missing);
    this.queued.delete(job.id ?? '');
    await job.remove();
  }

  private wantedOf({ data }: CellJob): WantedCell[] {
    return data.cells.flatMap(({ key }) => this.wanted.get(key) ?? []);
  }

  private async keep(records: Records<CellOutcome>, results: JobResult): Promise<void> {
    const fresh = results.flatMap(({ key, outcome }) => {
      const wanted = this.wanted.get(key);
      // Who put the batch there may have numbered its texts otherwise.
      if (!wanted) return [];
      const problem = outcome.problem === null ? null : onOneLine(outcome.problem);
      return [[key, outcomeSchema.parse({ ...outcome, problem, ...recorded(wanted.cell) })] as const];
    });
    await records.appendAll(fresh);
    for (const [key, { evaluations }] of fresh) {
      this.wanted.delete(key);
      this.counts.doneNow++;
      this.counts.done++;
      this.counts.evaluations += evaluations;
    }
  }

  /** Finds out what is in the queue, and makes batches of what is neither there nor in line for it. */
  private async look(tokens: readonly Int32Array[]): Promise<void> {
    this.texts = textsIdOf(tokens);
    await this.redis.set(textsKey(this.texts), writeTexts(tokens), 'EX', secondsOfTexts);
    this.queued.clear();
    for (const job of await this.queue.getJobs([...unfinished, 'completed', 'failed'])) {
      const cells = job ? this.wantedOf(job) : [];
      if (job?.id !== undefined && cells.length) this.queued.set(job.id, cells);
    }
    const known = new Set([...this.queued.values(), ...this.batches].flat().map(({ key }) => key));
    const missing = [...this.wanted.values()].filter(({ key }) => !known.has(key));
    if (!missing.length) return;
    const workers = await this.queue.getWorkersCount();
    this.batches.push(...batchesOf(missing, positionsAtOnce('cpu'), Math.max(1, workers)));
  }

  private async fill(): Promise<void> {
    const { model, software } = this.asked;
    const next = this.batches.splice(0, Math.max(0, mostQueued - this.queued.size));
    const jobs = next.flatMap(batch => {
      const cells = batch.filter(({ key }) => this.wanted.has(key));
      if (!cells.length) return [];
      const data: JobData = {
        ...{ texts: this.texts, model, software },
        cells: cells.map(({ key, cell }) => ({ key, cell })),
      };
      const jobId = jobIdOf(data);
      this.queued.set(jobId, cells);
      return [{ name: 'cells', data, opts: { jobId, attempts } }];
    });
    if (jobs.length) await this.queue.addBulk(jobs);
  }

  private report(): void {
    const { doneNow, done, cells, evaluations } = this.counts;
    const seconds = (performance.now() - this.start) / 1000;
    this.asked.onProgress({
      ...{ cells, done, evaluations, seconds },
      cellsPerMinute: doneNow ? (60 * doneNow) / seconds : undefined,
      secondsLeft: doneNow ? (seconds / doneNow) * (cells - done) : undefined,
    });
  }
}

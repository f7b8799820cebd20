import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import { Emitter } from '../emitter.ts';
import type { Activities, Activity } from './activities.ts';
import { Job, type JobEngine } from './job.ts';
import type { StoredSource } from './job-format.ts';
import type { JobRequest } from './job-record.ts';
import type { JobStore, LoadedJob } from './job-store.ts';
import type { Removal } from './removal.ts';
import type { TextSource } from './source.ts';

const millisecondsBetweenSaves = 3000;
/** A window that is reloaded may have to wait for the process that its jobs belong to: it takes a while to end. */
const millisecondsBetweenLooks = 500;
const looksForEarlierWindow = 120;

/** Where a queue gets an engine from. */
export interface EngineLender {
  use<T>(work: (engine: JobEngine) => Promise<T>): Promise<T>;
}

/** Whom a queue tells what goes wrong. */
export interface JobReporter {
  readonly log: { warn(line: string): void };
  /** One sentence for a person. */
  sentenceOf(error: unknown): string;
  /** To the log alone. */
  note(error: unknown): void;
}

export interface QueueServices {
  readonly engine: EngineLender;
  readonly store: JobStore;
  /** Takes what earlier windows had begun beside compressions. */
  readonly activities: Pick<Activities, 'restore'>;
  readonly reporter: JobReporter;
  readonly sourceOf: (stored: StoredSource) => TextSource;
}

/** What earlier windows have left. */
export interface Restored {
  readonly jobs: readonly Job[];
  readonly activities: readonly Activity[];
}

/** All jobs of this window and what is left of earlier ones. They run one after the other: each takes all cores. */
export class JobQueue {
  private readonly queue = new PQueue({ concurrency: 1 });
  private readonly all: Job[] = [];
  /** Jobs in the order in which they begin. */
  private order: readonly Job[] = [];
  private readonly removing = new Set<Job>();
  private restoring: Promise<void> | undefined;
  private waiting: NodeJS.Timeout | undefined;
  /** Jobs that other windows have. */
  private elsewhere: ReadonlySet<string> = new Set();
  private readonly added = new Emitter<Job>();
  private readonly changed = new Emitter<Job>();
  private readonly removed = new Emitter<Job>();
  private readonly restored = new Emitter<Restored>();
  readonly onDidAdd = this.added.event;
  /** Something about a job that a list of jobs shows: it began, ended, was saved or removed. */
  readonly onDidChange = this.changed.event;
  /** A job is no longer in the list, and nothing works for it any more. */
  readonly onDidRemove = this.removed.event;
  /** Jobs of an earlier window are there now. */
  readonly onDidRestore = this.restored.event;

  constructor(private readonly services: QueueServices) {}

  /** The newest last. */
  get jobs(): readonly Job[] {
    return this.all;
  }

  /** The job that the engine works for, if only to end it. */
  get running(): Job | undefined {
    return this.all.find(({ status }) => status === 'running' || status === 'cancelling');
  }

  find(id: string): Job | undefined {
    return this.all.find(job => job.id === id);
  }

  /** Brings back the jobs of windows that have ended, once. */
  restore(): Promise<void> {
    this.restoring ??= this.takeOver().then(() => this.awaitEarlierWindow(looksForEarlierWindow));
    return this.restoring;
  }

  /** A job of an earlier window by its id, as soon as that window has let go of it; undefined when there is none. */
  async restoredJob(id: string): Promise<Job | undefined> {
    await this.restore();
    if (this.find(id) || !this.elsewhere.has(id)) return this.find(id);
    return new Promise(resolve => {
      const look = this.onDidRestore(() => {
        const job = this.find(id);
        if (!job && this.elsewhere.has(id)) return;
        look.dispose();
        resolve(job);
      });
    });
  }

  /** How many jobs begin before this one that waits, the one that runs not counted. */
  before(job: Job): number {
    return Math.max(0, this.order.filter(({ status }) => status === 'queued').indexOf(job));
  }

  start(request: Omit<JobRequest, 'id'>, source: TextSource | undefined): Job {
    const id = randomUUID();
    const job = new Job({ ...request, id }, source, this.services.store.checkpointOf(id));
    this.add(job);
    void this.enqueue(job);
    return job;
  }

  /** Lets a job that was interrupted, cancelled or has failed go on. */
  resume(job: Job): void {
    if (!job.isOver) return;
    job.requeue();
    void this.enqueue(job);
  }

  /**
   * Takes a job out of the list. One that runs is cancelled, and stays until it has ended.
   *
   * @returns undefined when it is not there, or being removed already
   */
  async remove(job: Job): Promise<Removal | undefined> {
    if (!this.all.includes(job) || this.removing.has(job)) return undefined;
    const { store } = this.services;
    this.removing.add(job);
    job.cancel();
    await job.ended();
    const place = this.all.indexOf(job);
    this.all.splice(place, 1);
    this.removing.delete(job);
    await store.setAside(job.id);
    this.removed.fire(job);
    this.changed.fire(job);
    job.dispose();
    return {
      name: job.name,
      undo: async () => {
        await store.bringBack(job.id);
        this.add(job, Math.min(place, this.all.length));
        await this.save(job);
      },
      settle: () => store.remove(job.id),
    };
  }

  /** Work for a job's panel: tokens and evaluation of a job that an earlier window has left. */
  open(job: Job): Promise<void> {
    return this.services.engine.use(engine => job.open(engine));
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.queue.clear();
    for (const job of this.all) job.dispose();
    for (const emitter of [this.added, this.changed, this.removed, this.restored]) emitter.dispose();
  }

  private async takeOver(): Promise<void> {
    const { store, reporter, activities } = this.services;
    const { jobs, work, damaged } = await store.load();
    for (const file of damaged)
      reporter.log.warn(`${file} holds no job that this version can read; it is left out of the list of jobs.`);
    if (!jobs.length && !work.length) return;
    this.restored.fire({ jobs: jobs.map(job => this.restoreOne(job)), activities: activities.restore(work) });
  }

  private restoreOne({ request, source, record }: LoadedJob): Job {
    const { store, sourceOf } = this.services;
    const job = new Job(request, source ? sourceOf(source) : undefined, store.checkpointOf(request.id));
    job.restore(record);
    this.add(job);
    return job;
  }

  private async awaitEarlierWindow(looks: number): Promise<void> {
    const { store, reporter } = this.services;
    this.elsewhere = looks > 0 ? await store.elsewhere() : new Set();
    // Whoever waits for a job of that window need wait no longer.
    if (!this.elsewhere.size) this.restored.fire({ jobs: [], activities: [] });
    else
      this.waiting = setTimeout(() => {
        this.takeOver()
          .then(() => this.awaitEarlierWindow(looks - 1))
          .catch(error => reporter.note(error));
      }, millisecondsBetweenLooks);
  }

  private add(job: Job, place = this.all.length): void {
    this.all.splice(place, 0, job);
    let nextSave = 0;
    job.onDidChange(change => {
      const routine = change === 'moment' || change === 'tokens';
      if (!routine) this.changed.fire(job);
      if (routine && Date.now() < nextSave) return;
      nextSave = Date.now() + millisecondsBetweenSaves;
      void this.save(job);
    });
    this.added.fire(job);
    this.changed.fire(job);
  }

  /** A job that cannot be kept is no reason not to go on with it. */
  private async save(job: Job): Promise<void> {
    const { store, reporter } = this.services;
    if (this.all.includes(job)) await store.save(job).catch(error => reporter.note(error));
  }

  private async enqueue(job: Job): Promise<void> {
    // A job that is resumed joins the end.
    this.order = [...this.order.filter(other => other !== job && other.status === 'queued'), job];
    await this.queue.add(async () => {
      if (job.status !== 'queued') return;
      // Its folder must be there before the engine writes the checkpoint beside it.
      await this.save(job);
      await this.run(job);
    });
  }

  private async run(job: Job): Promise<void> {
    const { engine, reporter } = this.services;
    const { title } = job.request;
    try {
      await engine.use(client =>
        job.run(client, reason => reporter.log.warn(`${reason}; "${title}" goes on from its last checkpoint`)),
      );
    } catch (error) {
      job.fail(reporter.sentenceOf(error));
    }
  }
}

import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import * as vscode from 'vscode';
import type { Engine } from '../engine.ts';
import type { Reporter } from '../reporter.ts';
import { Job, type JobRequest } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { TextSource } from './source.ts';

const millisecondsBetweenSaves = 3000;

/** All jobs of this window and what is left of earlier ones. They run one after the other: each takes all cores. */
export class JobQueue implements vscode.Disposable {
  private readonly queue = new PQueue({ concurrency: 1 });
  private readonly all: Job[] = [];
  private restoring: Promise<Job[]> | undefined;
  private readonly added = new vscode.EventEmitter<Job>();
  private readonly changed = new vscode.EventEmitter<Job>();
  private readonly restarted = new vscode.EventEmitter<Job>();
  readonly onDidAdd = this.added.event;
  /** Something about a job that a list of jobs shows: it began, ended, was saved or removed. */
  readonly onDidChange = this.changed.event;
  /** The engine died under a job and has been started again. */
  readonly onDidRestart = this.restarted.event;

  constructor(
    private readonly engine: Engine,
    private readonly store: JobStore,
    private readonly reporter: Reporter,
  ) {}

  /** The newest last. */
  get jobs(): readonly Job[] {
    return this.all;
  }

  get running(): Job | undefined {
    return this.all.find(({ status }) => status === 'running');
  }

  find(id: string): Job | undefined {
    return this.all.find(job => job.id === id);
  }

  /** Brings back the jobs of earlier windows, once; returns those that were interrupted. */
  restore(): Promise<Job[]> {
    this.restoring ??= this.store.load().then(jobs => {
      for (const job of jobs) this.add(job);
      return jobs.filter(({ status }) => status === 'interrupted');
    });
    return this.restoring;
  }

  start(request: Omit<JobRequest, 'id'>, source: TextSource | undefined): Job {
    const id = randomUUID();
    const job = new Job({ ...request, id }, source, this.store.checkpointOf(id));
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

  async remove(job: Job): Promise<void> {
    job.cancel();
    this.all.splice(this.all.indexOf(job), 1);
    await this.store.remove(job.id);
    this.changed.fire(job);
    job.dispose();
  }

  /** Work for a job's panel: tokens and evaluation of a job that an earlier window has left. */
  open(job: Job): Promise<void> {
    return this.engine.use(engine => job.open(engine));
  }

  dispose(): void {
    this.queue.clear();
    for (const job of this.all) job.dispose();
    for (const emitter of [this.added, this.changed, this.restarted]) emitter.dispose();
  }

  private add(job: Job): void {
    this.all.push(job);
    let nextSave = 0;
    job.onDidChange(change => {
      const routine = change === 'moment' || change === 'tokens';
      if (!routine) this.changed.fire(job);
      if (routine && Date.now() < nextSave) return;
      nextSave = Date.now() + millisecondsBetweenSaves;
      this.save(job);
    });
    this.added.fire(job);
    this.changed.fire(job);
  }

  private save(job: Job): void {
    if (!this.all.includes(job)) return;
    this.store.save(job).catch(error => this.reporter.log.warn(this.reporter.sentenceOf(error)));
  }

  private async enqueue(job: Job): Promise<void> {
    await this.queue.add(async () => {
      if (job.isOver) return;
      // Its folder must be there before the engine writes the checkpoint beside it.
      await this.store.save(job).catch(error => this.reporter.log.warn(this.reporter.sentenceOf(error)));
      try {
        await this.engine.use(engine =>
          job.run(engine, reason => {
            this.reporter.log.warn(`${reason}; "${job.request.title}" goes on from its last checkpoint`);
            this.restarted.fire(job);
          }),
        );
      } catch (error) {
        job.fail(this.reporter.sentenceOf(error));
      }
    });
  }
}

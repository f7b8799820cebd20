import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import * as vscode from 'vscode';
import { writeAtomically } from '../../runtime/files/atomic.ts';
import { Job, type JobRecord, type JobRequest } from './job.ts';
import { TextSource } from './source.ts';

/** Changes whenever a stored job of before can no longer be read. */
const format = 'proto-tokens job 1';
/** Older jobs that are over are forgotten. */
const mostJobs = 20;

interface Stored {
  readonly format: typeof format;
  readonly created: number;
  readonly request: JobRequest;
  readonly source: { readonly uri: string; readonly offset: number; readonly length: number } | undefined;
  readonly record: JobRecord;
}

/** Keeps jobs in the extension's own storage, so that a reload or a crash of the window loses none. */
export class JobStore {
  private readonly created = new Map<string, number>();
  private readonly writing = new Map<string, Promise<void>>();

  constructor(private readonly folder: string) {}

  checkpointOf(id: string): string {
    return join(this.folder, `${id}.checkpoint`);
  }

  /** Jobs of earlier windows, the oldest first. What cannot be read is left out. */
  async load(): Promise<Job[]> {
    const names = await readdir(this.folder).catch(() => []);
    const stored: Stored[] = [];
    for (const name of names.filter(file => file.endsWith('.job'))) {
      const found = await this.read(name);
      if (found) stored.push(found);
    }
    stored.sort((a, b) => a.created - b.created);
    for (const { request } of stored.slice(0, -mostJobs)) await this.remove(request.id);
    // A job that was removed while it ran may have written its checkpoint once more.
    const known = new Set(stored.map(({ request }) => `${request.id}.checkpoint`));
    for (const name of names.filter(file => file.endsWith('.checkpoint') && !known.has(file)))
      await rm(join(this.folder, name), { force: true });
    return stored.slice(-mostJobs).map(({ created, request, source, record }) => {
      this.created.set(request.id, created);
      const place = source && new TextSource(vscode.Uri.parse(source.uri), source.offset, source.length);
      const job = new Job(request, place, this.checkpointOf(request.id));
      job.restore(record);
      return job;
    });
  }

  /** One write after the other for each job, so that the latest wins. */
  save(job: Job): Promise<void> {
    const before = this.writing.get(job.id) ?? Promise.resolve();
    const write = before.then(() => this.write(job));
    this.writing.set(
      job.id,
      write.catch(() => undefined),
    );
    return write;
  }

  async remove(id: string): Promise<void> {
    await this.writing.get(id);
    for (const ending of ['job', 'checkpoint']) await rm(join(this.folder, `${id}.${ending}`), { force: true });
  }

  private async write(job: Job): Promise<void> {
    const created = this.created.get(job.id) ?? Date.now();
    this.created.set(job.id, created);
    const { source } = job;
    const stored: Stored = {
      format,
      created,
      request: job.request,
      source: source && { uri: source.uri.toString(), offset: source.offset, length: source.length },
      record: job.toRecord(),
    };
    await mkdir(this.folder, { recursive: true });
    await writeAtomically(join(this.folder, `${job.id}.job`), serialize(stored));
    // Its result is safe now.
    if (job.status === 'finished') await rm(job.checkpoint, { force: true });
  }

  private async read(name: string): Promise<Stored | undefined> {
    try {
      const stored = deserialize(await readFile(join(this.folder, name))) as Partial<Stored>;
      return stored.format === format && stored.request && stored.record ? (stored as Stored) : undefined;
    } catch {
      return undefined;
    }
  }
}

import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../runtime/files/atomic.ts';
import type { Moment } from '../protocol.ts';
import type { Job } from './job.ts';
import type { StoredJob } from './job-format.ts';
import type { JobRecord } from './job-record.ts';
import { WindowFolders } from './window-folders.ts';

/** Older jobs that are over are forgotten. */
const mostJobs = 20;
/** Files of a job: what it is; its moments; its result; what it began from; the engine's own while it runs. */
const endings = ['json', 'moments.jsonl', 'proto', 'start.proto', 'checkpoint'] as const;

const jobFile = /^([^.]+)\.json$/;

/** A job that was stored, with all of its files. */
export interface LoadedJob extends Omit<StoredJob, 'record'> {
  readonly record: JobRecord;
}

export interface Loaded {
  /** The oldest first. */
  readonly jobs: readonly LoadedJob[];
  /** Files that hold no job that can be read. */
  readonly damaged: readonly string[];
}

/** What of a job is written already, so that large files are written only when they change. */
interface Written {
  readonly file: Uint8Array | undefined;
  readonly latest: Moment | undefined;
}

/** Keeps jobs in the extension's own storage, so that a reload or a crash of the window loses none. */
export class JobStore {
  private readonly folders: WindowFolders;
  /** Of jobs that an earlier window began. */
  private readonly places = new Map<string, string>();
  private readonly created = new Map<string, number>();
  private readonly written = new Map<string, Written>();
  private readonly writing = new Map<string, Promise<void>>();

  /** @param root a folder for jobs alone, which other windows may share */
  constructor(root: string) {
    this.folders = new WindowFolders(root);
  }

  checkpointOf(id: string): string {
    return this.place(id, 'checkpoint');
  }

  /** Jobs of windows that have ended, which belong to this one from now on. */
  async load(): Promise<Loaded> {
    const jobs: LoadedJob[] = [];
    const damaged: string[] = [];
    for (const folder of await this.folders.takeOver()) {
      const names = await readdir(folder).catch(() => []);
      const known = new Set<string>();
      for (const name of names.filter(file => jobFile.test(file))) {
        const job = await this.read(folder, name);
        if (!job) {
          damaged.push(join(folder, name));
          continue;
        }
        jobs.push(job);
        known.add(job.request.id);
        this.places.set(job.request.id, folder);
        this.created.set(job.request.id, job.created);
      }
      for (const name of names.filter(file => isLeftOver(file, known)))
        await rm(join(folder, name), { force: true, recursive: true });
      // Of a window whose jobs have all been removed nothing is left; any other folder stays.
      await rmdir(folder).catch(() => undefined);
    }
    jobs.sort((a, b) => a.created - b.created);
    for (const { request } of jobs.slice(0, -mostJobs)) await this.remove(request.id);
    return { jobs: jobs.slice(-mostJobs), damaged };
  }

  /** Ids of the jobs that belong to other windows, one of them being this one's predecessor perhaps. */
  async elsewhere(): Promise<ReadonlySet<string>> {
    const folders = await this.folders.others();
    const names = await Promise.all(folders.map(folder => readdir(folder).catch(() => [])));
    return new Set(names.flat().flatMap(name => jobFile.exec(name)?.[1] ?? []));
  }

  /** Lends a file in which the engine keeps other work than a job while it runs; it is gone when the work has ended. */
  async during<T>(id: string, work: (checkpoint: string) => Promise<T>): Promise<T> {
    const checkpoint = this.checkpointOf(id);
    await this.folders.make();
    try {
      return await work(checkpoint);
    } finally {
      await rm(checkpoint, { force: true, recursive: true });
    }
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
    for (const ending of endings) await rm(this.place(id, ending), { force: true, recursive: true });
    this.written.delete(id);
  }

  private place(id: string, ending: (typeof endings)[number]): string {
    return join(this.places.get(id) ?? this.folders.own, `${id}.${ending}`);
  }

  /** What the job is comes last: it is there only when all of it is. */
  private async write(job: Job): Promise<void> {
    const { id, request, file, latest } = job;
    const { writeJob, writeMoments } = await import('./job-format.ts');
    const created = this.created.get(id) ?? Date.now();
    const written = this.written.get(id);
    await this.folders.make();
    if (!this.created.has(id) && request.continueFrom)
      await writeAtomically(this.place(id, 'start.proto'), request.continueFrom);
    this.created.set(id, created);
    if (file && file !== written?.file) await writeAtomically(this.place(id, 'proto'), file);
    if (latest && latest !== written?.latest)
      await writeAtomically(this.place(id, 'moments.jsonl'), encode(writeMoments(job.toRecord().moments)));
    this.written.set(id, { file, latest });
    await writeAtomically(this.place(id, 'json'), encode(writeJob(job, created)));
    // Its result is safe now.
    if (job.status === 'finished') await rm(job.checkpoint, { force: true, recursive: true });
  }

  private async read(folder: string, name: string): Promise<LoadedJob | undefined> {
    const { readJob, readMoments } = await import('./job-format.ts');
    const stem = join(folder, name.slice(0, -'.json'.length));
    const job = readJob(await readFile(`${stem}.json`, 'utf8').catch(() => ''));
    if (!job || join(folder, job.request.id) !== stem) return undefined;
    const bytesOf = (ending: string): Promise<Uint8Array | undefined> =>
      readFile(`${stem}.${ending}`).catch(() => undefined);
    const [file, continueFrom] = [await bytesOf('proto'), await bytesOf('start.proto')];
    const moments = readMoments(await readFile(`${stem}.moments.jsonl`, 'utf8').catch(() => ''));
    return {
      ...job,
      request: continueFrom ? { ...job.request, continueFrom } : job.request,
      // A result is both: what came out, and its bytes.
      record: { ...job.record, summary: file ? job.record.summary : null, file, moments },
    };
  }
}

/** Of a write that was interrupted, or of a job that was removed while the engine still worked for it. */
function isLeftOver(name: string, known: ReadonlySet<string>): boolean {
  const [id = ''] = name.split('.');
  return /\.\d+(\.partial)?$/.test(name) || (name.endsWith('.checkpoint') && !known.has(id));
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

import { readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../runtime/files/atomic.ts';
import type { Moment } from '../protocol.ts';
import type { Job } from './job.ts';
import type { StoredJob } from './job-format.ts';
import type { JobRecord } from './job-record.ts';
import type { StoredWork } from './plan.ts';
import { WindowFolders } from './window-folders.ts';

/** Older compressions that are over are forgotten. */
const mostJobs = 20;
/**
 * Files of a job of any kind: what it is; the same of one that was removed and may come back; its moments; its result;
 * what it began from; the engine's own while it runs.
 */
const endings = ['json', 'removed', 'moments.jsonl', 'proto', 'start', 'checkpoint'] as const;

const jobFile = /^([^.]+)\.json$/;

/** A compression that was stored, with all of its files. */
export interface LoadedJob extends Omit<StoredJob, 'record'> {
  readonly record: JobRecord;
}

export interface Loaded {
  /** The oldest first. */
  readonly jobs: readonly LoadedJob[];
  /** Searches and curves that had not ended. */
  readonly work: readonly StoredWork[];
  /** Files that hold no job that can be read. */
  readonly damaged: readonly string[];
}

/** What of a job is written already, so that large files are written only when they change. */
interface Written {
  readonly file?: Uint8Array | undefined;
  readonly latest?: Moment | undefined;
  readonly start?: boolean;
}

/** Keeps jobs of every kind in the extension's own storage, so that a reload or a crash of the window loses none. */
export class JobStore {
  private readonly folders: WindowFolders;
  /** Of jobs that an earlier window began. */
  private readonly places = new Map<string, string>();
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
    const loaded = { jobs: [] as LoadedJob[], work: [] as StoredWork[], damaged: [] as string[] };
    for (const folder of await this.folders.takeOver()) await this.loadFolder(folder, loaded);
    const jobs = loaded.jobs.sort((a, b) => a.record.created - b.record.created);
    for (const { request } of jobs.slice(0, -mostJobs)) await this.remove(request.id);
    return { ...loaded, jobs: jobs.slice(-mostJobs) };
  }

  /** Ids of the jobs that belong to other windows, one of them being this one's predecessor perhaps. */
  async elsewhere(): Promise<ReadonlySet<string>> {
    const folders = await this.folders.others();
    const names = await Promise.all(folders.map(folder => readdir(folder).catch(() => [])));
    return new Set(names.flat().flatMap(name => jobFile.exec(name)?.[1] ?? []));
  }

  /** One write after the other for each job, so that the latest wins. */
  save(job: Job): Promise<void> {
    return this.inTurn(job.id, () => this.write(job));
  }

  /** Keeps what was asked for of a search or of curves, before the engine writes their checkpoint beside it. */
  saveWork(work: StoredWork): Promise<void> {
    return this.inTurn(work.plan.id, () => this.writeWork(work));
  }

  /** Takes a job out of those that another window would load, until it is brought back or removed for good. */
  setAside(id: string): Promise<void> {
    return this.inTurn(id, () => move(this.place(id, 'json'), this.place(id, 'removed')));
  }

  bringBack(id: string): Promise<void> {
    return this.inTurn(id, () => move(this.place(id, 'removed'), this.place(id, 'json')));
  }

  /** Deletes all that is kept of a job. */
  async remove(id: string): Promise<void> {
    await this.writing.get(id);
    for (const ending of endings) await rm(this.place(id, ending), { force: true, recursive: true });
    this.written.delete(id);
    this.writing.delete(id);
  }

  private place(id: string, ending: (typeof endings)[number]): string {
    return join(this.places.get(id) ?? this.folders.own, `${id}.${ending}`);
  }

  private async loadFolder(
    folder: string,
    into: { readonly jobs: LoadedJob[]; readonly work: StoredWork[]; readonly damaged: string[] },
  ): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    const known = new Set<string>();
    for (const id of names.flatMap(name => jobFile.exec(name)?.[1] ?? [])) {
      const job = await readCompression(folder, id);
      const work = job ? undefined : await readOther(folder, id);
      if (job) into.jobs.push(job);
      else if (work) into.work.push(work);
      else into.damaged.push(join(folder, `${id}.json`));
      if (!job && !work) continue;
      known.add(id);
      this.places.set(id, folder);
      this.written.set(id, { start: true });
    }
    for (const name of names.filter(file => isLeftOver(file, known, names)))
      await rm(join(folder, name), { force: true, recursive: true });
    // Of a window whose jobs have all been removed nothing is left; any other folder stays.
    await rmdir(folder).catch(() => undefined);
  }

  private inTurn(id: string, work: () => Promise<void>): Promise<void> {
    const before = this.writing.get(id) ?? Promise.resolve();
    const done = before.then(work);
    this.writing.set(
      id,
      done.catch(() => undefined),
    );
    return done;
  }

  /** What the job is comes last: it is there only when all of it is. */
  private async write(job: Job): Promise<void> {
    const { id, request, file, latest } = job;
    const { writeJob, writeMoments } = await import('./job-format.ts');
    const written = this.written.get(id);
    await this.folders.make();
    if (!written?.start && request.continueFrom) await writeAtomically(this.place(id, 'start'), request.continueFrom);
    if (file && file !== written?.file) await writeAtomically(this.place(id, 'proto'), file);
    if (latest && latest !== written?.latest)
      await writeAtomically(this.place(id, 'moments.jsonl'), encode(writeMoments(job.toRecord().moments)));
    this.written.set(id, { file, latest, start: true });
    await writeAtomically(this.place(id, 'json'), encode(writeJob(job)));
    // Its result is safe now.
    if (job.status === 'finished') await rm(job.checkpoint, { force: true, recursive: true });
  }

  private async writeWork(work: StoredWork): Promise<void> {
    const { id, parameters } = work.plan;
    const { writeWork } = await import('./work-format.ts');
    await this.folders.make();
    if (!this.written.get(id)?.start && 'file' in parameters)
      await writeAtomically(this.place(id, 'start'), parameters.file);
    this.written.set(id, { start: true });
    await writeAtomically(this.place(id, 'json'), encode(writeWork(work)));
  }
}

async function readCompression(folder: string, id: string): Promise<LoadedJob | undefined> {
  const { readJob, readMoments } = await import('./job-format.ts');
  const stem = join(folder, id);
  const job = readJob(await readFile(`${stem}.json`, 'utf8').catch(() => ''));
  if (job?.request.id !== id) return undefined;
  const [file, continueFrom] = [await bytesOf(`${stem}.proto`), await bytesOf(`${stem}.start`)];
  const moments = readMoments(await readFile(`${stem}.moments.jsonl`, 'utf8').catch(() => ''));
  return {
    ...job,
    request: continueFrom ? { ...job.request, continueFrom } : job.request,
    // A result is both: what came out, and its bytes.
    record: { ...job.record, summary: file ? job.record.summary : null, file, moments },
  };
}

async function readOther(folder: string, id: string): Promise<StoredWork | undefined> {
  const { readWork } = await import('./work-format.ts');
  const stem = join(folder, id);
  const work = readWork(await readFile(`${stem}.json`, 'utf8').catch(() => ''), await bytesOf(`${stem}.start`));
  return work?.plan.id === id ? work : undefined;
}

/** Undefined when there is no such file. */
const bytesOf = (path: string): Promise<Uint8Array | undefined> => readFile(path).catch(() => undefined);

/** Of a write that was interrupted, or of a job that was removed, while the engine still worked for it perhaps. */
function isLeftOver(name: string, known: ReadonlySet<string>, names: readonly string[]): boolean {
  const [id = ''] = name.split('.');
  const removed = name.endsWith('.checkpoint') || names.includes(`${id}.removed`);
  return /\.\d+(\.partial)?$/.test(name) || (removed && !known.has(id));
}

/** A file that is not there need not be moved. */
const move = (from: string, to: string): Promise<void> =>
  rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

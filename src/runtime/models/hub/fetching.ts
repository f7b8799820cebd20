import { mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import PQueue from 'p-queue';
import { UserError } from '../../errors.ts';
import { cannotBeWritten } from '../../files/atomic.ts';
import { whileLocked } from '../../files/lock.ts';
import type { FetchProgress } from '../../results/models.ts';
import { type HubAccess, hubFetch } from './access.ts';
import { type AnnouncedFile, downloadBlob, unfinishedOf } from './blob.ts';
import { repositoryFolder } from './installed.ts';
import { isCommit, type ModelReference } from './reference.ts';
import { type Announced, announcedBy } from './repository.ts';

export interface FetchHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FetchProgress) => void;
}

/** Files at a time; a hub serves each connection at its own pace. */
const filesAtATime = 4;

/** What is wanted of a repository. */
export interface Choice {
  /** @throws UserError when it lacks what is needed. */
  readonly plan: (announced: Announced) => {
    /** Small files, which are looked into before the others are fetched. */
    readonly first: readonly AnnouncedFile[];
    readonly rest: readonly AnnouncedFile[];
  };
  /** @throws UserError when the first files in the folder show that the others would be of no use. */
  readonly check: (folder: string) => Promise<void>;
}

/**
 * Brings files of a model at a revision into the cache, in the form that all tools share: contents among the blobs, links
 * to them in a snapshot that is named by the commit, and the commit under the name of the revision.
 *
 * @returns the folder of the snapshot
 * @throws UserError when anything keeps it from being whole; as the signal says when it is aborted. What has been fetched
 *   stays, and the next attempt goes on from there.
 */
export async function fetchSnapshot(
  access: HubAccess,
  reference: ModelReference,
  choice: Choice,
  { signal, onProgress }: FetchHooks,
): Promise<string> {
  const repository = repositoryFolder(access.cache, reference.name);
  const announced = await announcedBy(access, reference, signal);
  const fetching = new Fetching(access, repository, announced, signal, onProgress);
  try {
    const locks = join(access.cache, '.locks', basename(repository));
    await mkdir(locks, { recursive: true });
    // Two would write into the same unfinished files.
    return await whileLocked(join(locks, 'proto-tokens.lock'), isFetched, async () => {
      const { first, rest } = choice.plan(announced);
      await fetching.expect([...first, ...rest]);
      await fetching.fetch(first);
      await choice.check(fetching.snapshot);
      await fetching.fetch(rest);
      await writeRef(repository, reference.revision ?? 'main', announced.commit);
      return fetching.snapshot;
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Error && 'code' in error ? cannotBeWritten(repository, error) : error;
  }
}

const isFetched = (holder: string): UserError =>
  new UserError(`The model is being fetched already (by ${holder}); wait until that has ended.`);

class Fetching {
  readonly snapshot: string;
  private readonly received = new Map<string, number>();
  private expected = 0;

  constructor(
    private readonly access: HubAccess,
    private readonly repository: string,
    private readonly announced: Announced,
    private readonly signal: AbortSignal,
    private readonly onProgress: (progress: FetchProgress) => void,
  ) {
    this.snapshot = join(repository, 'snapshots', announced.commit);
  }

  /** Lets progress be told over all of these files. @throws UserError when what is missing does not fit on the disk. */
  async expect(files: readonly AnnouncedFile[]): Promise<void> {
    this.expected = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let missing = 0;
    for (const file of files) {
      const { link, place } = this.placesOf(file);
      if ((await isWhole(link, file)) || (await isWhole(place, file))) continue;
      const unfinished = await stat(unfinishedOf(place)).catch(() => undefined);
      missing += Math.max(0, file.bytes - (unfinished?.size ?? 0));
    }
    const { cache, freeBytes } = this.access;
    const free = await freeBytes(cache);
    if (missing > free)
      throw new UserError(
        `${this.announced.name} needs ${gigabytes(missing)} more and ${gigabytes(free)} are free in ${cache}; make room, or set HF_HOME to a folder on another disk.`,
      );
  }

  /** Fetches files side by side. The first that fails ends the others. */
  async fetch(files: readonly AnnouncedFile[]): Promise<void> {
    const failing = new AbortController();
    const signal = AbortSignal.any([this.signal, failing.signal]);
    const queue = new PQueue({ concurrency: filesAtATime });
    const work = files.map(file =>
      queue.add(() =>
        this.fetchOne(file, signal).catch((error: unknown) => {
          failing.abort(error);
          throw error;
        }),
      ),
    );
    const ended = await Promise.allSettled(work);
    if (failing.signal.aborted) throw failing.signal.reason;
    if (ended.some(({ status }) => status === 'rejected')) this.signal.throwIfAborted();
  }

  private async fetchOne(file: AnnouncedFile, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { name, commit } = this.announced;
    const { link, place } = this.placesOf(file);
    const onBytes = (bytes: number): void => this.tell(file.path, bytes);
    if (!(await isWhole(link, file))) {
      if (!(await isWhole(place, file))) {
        await mkdir(dirname(place), { recursive: true });
        const path = file.path.split('/').map(encodeURIComponent).join('/');
        const url = `${this.access.endpoint}/${name}/resolve/${commit}/${path}`;
        const fetch = hubFetch(this.access, { name, revision: commit }, signal);
        await downloadBlob({ file, url, place, fetch, signal, onBytes });
      }
      await linkTo(place, link);
    }
    onBytes(file.bytes);
  }

  /** Where the snapshot has a file, and where its bytes lie. */
  private placesOf({ path, digest }: AnnouncedFile): { readonly link: string; readonly place: string } {
    return { link: join(this.snapshot, path), place: join(this.repository, 'blobs', digest.hex) };
  }

  private tell(path: string, bytes: number): void {
    this.received.set(path, bytes);
    const received = [...this.received.values()].reduce((sum, count) => sum + count, 0);
    this.onProgress({ bytes: received, of: this.expected });
  }
}

const isWhole = (path: string, { bytes }: AnnouncedFile): Promise<boolean> =>
  stat(path).then(
    ({ size }) => size === bytes,
    () => false,
  );

/**
 * Lets a snapshot have a file, in place of what is not the whole of it. Where a disk or Windows allows no links, the file
 * itself moves there, as with Python.
 */
async function linkTo(blob: string, link: string): Promise<void> {
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(relative(dirname(link), blob), link).catch(() => rename(blob, link));
}

async function writeRef(repository: string, revision: string, commit: string): Promise<void> {
  if (isCommit(revision)) return;
  const path = join(repository, 'refs', revision);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, commit);
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

import { access, readdir, readlink, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf, UserError } from '../../errors.ts';
import { readBounded } from '../../files/bounded.ts';
import { mostBytesOf } from '../json-file.ts';
import { hubCache } from './access.ts';
import { isMeant, type ModelReference } from './reference.ts';

/** A model folder that lies on this machine. */
export interface InstalledModel {
  readonly id: string;
  readonly folder: string;
  /** Commit in the Hugging Face cache. */
  readonly revision: string | null;
}

/** A snapshot in the Hugging Face cache: the files of a model at one commit. */
export interface Snapshot extends InstalledModel {
  readonly revision: string;
  /** Branches and tags that led to this commit when they were last fetched. */
  readonly refs: readonly string[];
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** A commit, in the files that hold one. */
const longestRef = 4096;

/** A text of at most so many bytes; undefined when it is longer, no regular file, or cannot be read. */
const textOf = (path: string, mostBytes: number): Promise<string | undefined> =>
  readBounded(path, mostBytes).then(
    bytes => new TextDecoder().decode(bytes),
    () => undefined,
  );

/** Whether a folder may hold a model: it has the description of one. */
export const holdsModel = (folder: string): Promise<boolean> => exists(join(folder, 'config.json'));

/** Folder of a model in a cache, as all tools name it. */
export const repositoryFolder = (cache: string, name: string): string =>
  join(cache, ['models', ...name.split('/')].join('--'));

async function refsOf(repository: string): Promise<Map<string, string>> {
  const folder = join(repository, 'refs');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const refs = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const commit = await textOf(path, longestRef);
    if (commit !== undefined) refs.set(path.slice(folder.length + 1).replaceAll('\\', '/'), commit.trim());
  }
  return refs;
}

/**
 * Snapshots of a model in a cache. Read by ourselves: the hub's library knows none of a model that was fetched by its
 * commit, which leaves no refs.
 */
export async function snapshotsOf(cache: string, name: string): Promise<Snapshot[]> {
  const repository = repositoryFolder(cache, name);
  const refs = [...(await refsOf(repository))];
  const commits = await readdir(join(repository, 'snapshots')).catch(() => []);
  return commits.map(revision => ({
    id: name,
    folder: join(repository, 'snapshots', revision),
    revision,
    refs: refs.filter(([, commit]) => commit === revision).map(([ref]) => ref),
  }));
}

/** Snapshots with the description of a model in the Hugging Face cache that Python and other tools share. */
export async function cachedModels(cache = hubCache()): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  for (const folder of await readdir(cache).catch(() => [])) {
    const [kind, ...parts] = folder.split('--');
    if (kind !== 'models' || !parts.length) continue;
    for (const snapshot of await snapshotsOf(cache, parts.join('/')))
      if (await holdsModel(snapshot.folder)) found.push(snapshot);
  }
  return found;
}

/** Models among the folders in a folder. */
export async function modelsIn(folder: string): Promise<InstalledModel[]> {
  const names = await readdir(folder).catch(() => []);
  const found: InstalledModel[] = [];
  for (const name of names)
    if (await holdsModel(join(folder, name))) found.push({ id: name, folder: join(folder, name), revision: null });
  return found;
}

/** Names begin at a quotation mark and have an end, so that no index takes longer than reading it. */
const shardName = /"([\w.-]{1,255}\.safetensors)"/g;
const shardsIn = (index: string): string[] => [
  ...new Set([...index.matchAll(shardName)].flatMap(([, name]) => name ?? [])),
];

/** Files that a snapshot of a language model still needs, by name; the download was interrupted when there are any. */
export async function missingFiles(folder: string): Promise<string[]> {
  const index = await textOf(join(folder, 'model.safetensors.index.json'), mostBytesOf.index);
  const single = (await exists(join(folder, 'model.safetensors'))) || index === undefined;
  const weights = single ? ['model.safetensors'] : shardsIn(index);
  const needed = ['config.json', 'tokenizer.json', ...weights];
  const there = await Promise.all(needed.map(file => exists(join(folder, file))));
  return needed.filter((_, i) => !there[i]);
}

/** Bytes of the files in a folder; of a snapshot those that its links lead to, of a whole repository each file once. */
export async function bytesOf(folder: string, links: 'followed' | 'left out' = 'followed'): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const counted = entries.filter(entry => entry.isFile() || (links === 'followed' && entry.isSymbolicLink()));
  const sizes = await Promise.all(
    counted.map(entry =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Whether a reference means a snapshot: by commit or the beginning of one, by branch or tag, or without a revision. */
function isOf({ revision }: ModelReference, snapshot: Snapshot): boolean {
  if (revision === undefined) return true;
  if (snapshot.refs.includes(revision)) return true;
  return /^[0-9a-f]{7,40}$/.test(revision) && snapshot.revision.startsWith(revision);
}

/** The snapshots that a reference means, the one that "main" led to first. */
export async function installedAs(reference: ModelReference, cache = hubCache()): Promise<Snapshot[]> {
  const all = (await cachedModels(cache)).filter(({ id }) => isMeant(reference.name, id));
  const exact = all.filter(({ id }) => id === reference.name);
  const found = (exact.length ? exact : all).filter(snapshot => isOf(reference, snapshot));
  const rank = ({ refs }: Snapshot): number => Number(!refs.includes('main'));
  return found.sort((a, b) => rank(a) - rank(b));
}

/** Names of the files in `blobs` that the snapshots of a repository lead to. */
async function blobsInUse(repository: string): Promise<Set<string>> {
  const entries = await readdir(join(repository, 'snapshots'), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const links = entries.filter(entry => entry.isSymbolicLink()).map(entry => join(entry.parentPath, entry.name));
  return new Set(await Promise.all(links.map(async link => basename(await readlink(link)))));
}

/**
 * Removes snapshots of one model, the refs that led to them, and the files that no other snapshot uses. With the last
 * snapshot everything of the model goes, unfinished downloads among it.
 *
 * @returns bytes that became free
 * @throws UserError when they cannot be removed.
 */
export async function removeSnapshots(name: string, removed: readonly Snapshot[], cache = hubCache()): Promise<number> {
  const repository = repositoryFolder(cache, name);
  const before = await bytesOf(repository, 'left out');
  try {
    for (const { folder, refs } of removed) {
      await rm(folder, { recursive: true, force: true });
      for (const ref of refs) await rm(join(repository, 'refs', ref), { force: true });
    }
    if (!(await snapshotsOf(cache, name)).length) {
      await rm(repository, { recursive: true, force: true });
    } else {
      const used = await blobsInUse(repository);
      for (const blob of await readdir(join(repository, 'blobs')).catch(() => []))
        if (!used.has(blob) && !blob.endsWith('.incomplete'))
          await rm(join(repository, 'blobs', blob), { force: true });
    }
  } catch (error) {
    throw new UserError(`${repository} cannot be removed (${messageOf(error)}); check who may write there.`);
  }
  return before - (await bytesOf(repository, 'left out'));
}

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { cannotBeWritten } from '../../files/atomic.ts';

/** A file as the hub announces it. */
export interface AnnouncedFile {
  readonly path: string;
  readonly bytes: number;
  /** Of the content for large files (LFS); of git's object for small ones. Also its name among the blobs of the cache. */
  readonly digest: { readonly kind: 'sha256' | 'git'; readonly hex: string };
}

export interface BlobRequest {
  readonly file: AnnouncedFile;
  readonly url: string;
  /** Where the file will lie when it is whole. */
  readonly place: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** Is told how many of the file's bytes there are, those of an earlier attempt included. */
  readonly onBytes: (bytes: number) => void;
}

/** Attempts in a row that bring nothing, after which somebody else has to look at the connection. */
const mostFruitlessAttempts = 3;

/** The unfinished file has the name that Python's tools give it, which go on from it as we do from theirs. */
export const unfinishedOf = (place: string): string => `${place}.incomplete`;

function hashOf({ digest, bytes }: AnnouncedFile): Hash {
  if (digest.kind === 'sha256') return createHash('sha256');
  return createHash('sha1').update(`blob ${bytes}\0`);
}

/**
 * Downloads a file of the hub: goes on from what an earlier attempt has left, also when the connection drops, checks the
 * content, and only then gives it its name.
 *
 * @throws UserError when the connection keeps failing, the content is not what was announced, or it cannot be written; as
 *   the signal says when it is aborted. What there is so far stays for the next attempt unless it is wrong.
 */
export async function downloadBlob(request: BlobRequest): Promise<void> {
  const { file, place, url, signal } = request;
  const unfinished = unfinishedOf(place);
  let fruitless = 0;
  for (;;) {
    const before = await sizeOf(unfinished);
    if (before > file.bytes) await rm(unfinished, { force: true });
    else if (before && before === file.bytes) break;
    const received = await append(request, unfinished, before);
    signal.throwIfAborted();
    if (before + received === file.bytes) break;
    fruitless = received > 0 ? 0 : fruitless + 1;
    if (fruitless === mostFruitlessAttempts)
      throw new UserError(
        `The connection to ${new URL(url).host} broke off while ${file.path} was fetched; try again, and the download goes on from there.`,
      );
  }
  await checkContent(file, unfinished, url, signal);
  await rename(unfinished, place).catch(error => {
    throw cannotBeWritten(place, error);
  });
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Asks for what is missing and writes it behind what there is. @returns bytes received before the connection ended */
async function append(
  { file, url, fetch, signal, onBytes }: BlobRequest,
  unfinished: string,
  from: number,
): Promise<number> {
  const response = await fetch(url, from ? { headers: { range: `bytes=${from}-` } } : {});
  const goesOn = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${from}-`);
  const start = goesOn ? from : 0;
  let handle: FileHandle;
  try {
    handle = await open(unfinished, goesOn ? 'a' : 'w');
  } catch (error) {
    await response.body?.cancel();
    throw cannotBeWritten(unfinished, error);
  }
  let end = start;
  try {
    for await (const piece of piecesOf(response, signal)) {
      end += piece.length;
      // Longer than announced: the rest is not wanted, and the check says what is wrong.
      if (end > file.bytes) break;
      await handle.writeFile(piece).catch(error => {
        throw cannotBeWritten(unfinished, error);
      });
      onBytes(end);
    }
  } finally {
    await handle.close();
  }
  if (end > file.bytes) {
    await rm(unfinished, { force: true });
    throw wrongContent(file, url);
  }
  return Math.max(0, end - from);
}

/** The pieces of a body until it ends or the connection does. */
async function* piecesOf({ body }: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!body) return;
  try {
    for await (const piece of body) yield piece;
  } catch {
    signal.throwIfAborted();
  }
}

/** Reads a finished file from the beginning: also what an earlier attempt or another program has written. */
async function checkContent(file: AnnouncedFile, path: string, url: string, signal: AbortSignal): Promise<void> {
  const hash = hashOf(file);
  if (file.bytes) for await (const piece of createReadStream(path, { signal })) hash.update(piece);
  if (hash.digest('hex') === file.digest.hex) return;
  await rm(path, { force: true });
  throw wrongContent(file, url);
}

function wrongContent({ path }: AnnouncedFile, url: string): UserError {
  return new UserError(
    `What ${new URL(url).host} sent as ${path} is not what the hub has announced (another checksum), and was removed; try again, or name another mirror in HF_ENDPOINT.`,
  );
}

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors.ts';
import { type AnnouncedPackage, request } from './feed.ts';

/**
 * Downloads a package to a file.
 *
 * @param onBytes is told how many there are so far
 * @throws UserError when the connection fails, or what comes is not what was announced.
 */
export async function download(
  { url, bytes, sha512 }: AnnouncedPackage,
  file: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { body } = await request(url, signal);
  if (!body) throw new UserError(`${url} is empty; try again later, or name another feed.`);
  const hash = createHash('sha512');
  let received = 0;
  async function* checked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        received += chunk.length;
        if (received > bytes) return;
        hash.update(chunk);
        onBytes(received);
        yield chunk;
      }
    } catch {
      signal.throwIfAborted();
      throw new UserError(`The connection to ${new URL(url).host} broke off; try again.`);
    }
  }
  await pipeline(checked(body), createWriteStream(file), { signal });
  if (received !== bytes || hash.digest('base64') !== sha512)
    throw new UserError(`What ${new URL(url).host} sent is not the package that was announced; try again.`);
}

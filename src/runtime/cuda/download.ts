import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors.ts';
import { type AnnouncedPackage, pieces, request } from './feed.ts';

/**
 * Downloads a package to a file, no more than was announced of it, and holds it against its hash.
 *
 * @param onBytes is told how many there are so far
 * @param patience milliseconds without a single byte, until the server is given up; a minute when left out
 * @throws UserError when the connection fails, or what comes is not what was announced.
 */
export async function download(
  { url, bytes, sha512 }: AnnouncedPackage,
  file: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
  patience?: number,
): Promise<void> {
  const response = await request(url, signal);
  const hash = createHash('sha512');
  let received = 0;
  async function* checked(): AsyncGenerator<Uint8Array> {
    for await (const chunk of pieces(response, signal, patience)) {
      received += chunk.length;
      if (received > bytes) return;
      hash.update(chunk);
      onBytes(received);
      yield chunk;
    }
  }
  await pipeline(checked(), createWriteStream(file), { signal });
  if (received !== bytes || hash.digest('base64') !== sha512)
    throw new UserError(`What ${new URL(url).host} sent is not the package that was announced; try again.`);
}

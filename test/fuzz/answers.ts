import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';

/** What a server says when it is asked for a path. Either may be damaged. */
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** In the folder of the answers. */
  readonly file?: string;
}

const list = 'answers.json';

const contentOf = (folder: string, file: string): Buffer => {
  try {
    return readFileSync(join(folder, file));
  } catch {
    return Buffer.alloc(0);
  }
};

const hashes: Readonly<Record<string, (content: Buffer) => string>> = {
  sha512: content => createHash('sha512').update(content).digest('base64'),
  sha256: content => createHash('sha256').update(content).digest('hex'),
  git: content => createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex'),
};

/** An answer says {origin} for the address of its server, and {size:FILE}, {sha256:FILE} ... of a file as it is now. */
function filled(folder: string, origin: string, text: string): string {
  return text
    .replaceAll('{origin}', origin)
    .replace(/"\{size:([\w.-]+)\}"/g, (_, file: string) => String(contentOf(folder, file).length))
    .replace(/\{(sha512|sha256|git):([\w.-]+)\}/g, (_, kind: string, file: string) =>
      (hashes[kind] ?? String)(contentOf(folder, file)),
    );
}

function answersOf(folder: string, origin: string): Readonly<Record<string, Answer>> {
  try {
    return JSON.parse(filled(folder, origin, contentOf(folder, list).toString()));
  } catch {
    return {};
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, file = '' }: Answer, content: Buffer): void {
  try {
    response.statusCode = status;
    // Anything else would be words of this server's own.
    for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') response.setHeader(name, value);
    response.end(file ? content : undefined);
  } catch {
    // No server can say so.
    response.destroy();
  }
}

/**
 * Serves the answers in a folder, as a server does that somebody else controls.
 *
 * @param work is given the server's address, and may ask it for as long as it runs
 */
export async function withAnswers(folder: string, work: (origin: string) => Promise<void>): Promise<void> {
  let origin = '';
  const server = createServer(({ url = '' }, response) => {
    const [path = ''] = decodeURI(url).split('?');
    const answer = answersOf(folder, origin)?.[path];
    if (typeof answer !== 'object' || answer === null) {
      response.writeHead(404).end();
      return;
    }
    const file = typeof answer.file === 'string' ? answer.file : '';
    const content = contentOf(folder, file);
    send(
      response,
      { ...answer, file },
      file.endsWith('.json') ? Buffer.from(filled(folder, origin, content.toString())) : content,
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the server has no port');
  origin = `http://127.0.0.1:${address.port}`;
  try {
    await work(origin);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Only the content store has faults: all of them are of the way of large files. */
export type Fault = 'no ranges' | 'other content' | 'half and no more' | 'always drops';

export interface ServedModel {
  /** Contents of its files, for each commit. */
  readonly commits: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>;
  /** Commits of branches; may be moved. */
  readonly branches: Record<string, string>;
  readonly licence?: string;
  /** Who may read the files, by token; everybody when left out. */
  readonly readers?: readonly string[];
}

export interface Asked {
  readonly host: 'hub' | 'store';
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

export interface HubServer {
  readonly address: string;
  readonly asked: Asked[];
  fault: Fault | undefined;
  /** Ends every connection to the content store at once. */
  drop(): void;
}

/** Registers what ends the server: after a test, unless it is to serve all of a file. */
type WhenDone = (end: () => void) => void;

/** The files of a folder by path. */
export function filesIn(folder: string): Record<string, Uint8Array> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter(path => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map(path => [path, new Uint8Array(readFileSync(join(folder, path)))]));
}

const isLarge = (path: string): boolean => /\.(safetensors|bin|onnx)$/.test(path);
const hex = (kind: string, ...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash(kind);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
export const gitHash = (content: Uint8Array): string => hex('sha1', `blob ${content.length}\0`, content);
export const sha256 = (content: Uint8Array): string => hex('sha256', content);

async function listen(
  whenDone: WhenDone,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly address: string; readonly server: Server }> {
  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  whenDone(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the server has no port');
  return { address: `http://127.0.0.1:${address.port}`, server };
}

/** Sends a file, or the part of it that was asked for. */
function send(request: IncomingMessage, response: ServerResponse, content: Uint8Array, fault?: Fault): void {
  if (fault === 'always drops') {
    response.destroy();
    return;
  }
  const [, from] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
  const start = fault === 'no ranges' ? 0 : Number(from ?? 0);
  const part = (fault === 'other content' ? new Uint8Array(content.length) : content).subarray(start);
  const range = start ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {};
  response.writeHead(start ? 206 : 200, { 'content-length': part.length, etag: `"${sha256(content)}"`, ...range });
  if (fault === 'half and no more') response.write(part.subarray(0, part.length >> 1));
  else response.end(part);
}

const sendJson = (response: ServerResponse, value: unknown): void => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
};

const entryOf = (path: string, content: Uint8Array) => ({
  type: 'file',
  path,
  size: content.length,
  oid: isLarge(path) ? hex('sha1', 'pointer', content) : gitHash(content),
  ...(isLarge(path) ? { lfs: { oid: sha256(content), size: content.length, pointerSize: 134 } } : {}),
});

const typeOf = (config: Uint8Array | undefined): unknown =>
  config && (JSON.parse(Buffer.from(config).toString()) as { model_type?: unknown }).model_type;

const describe = (name: string, sha: string, { commits, readers, licence = 'apache-2.0' }: ServedModel) => ({
  _id: '1',
  id: name,
  sha,
  gated: readers ? 'manual' : false,
  cardData: { license: licence },
  config: { model_type: typeOf(commits[sha]?.['config.json']) },
  safetensors: { parameters: { F32: 1000 }, total: 1000 },
});

const filesPerPage = 3;

/** The files of a page, and where the next one is to be found. */
function sendPage(response: ServerResponse, url: URL, files: Readonly<Record<string, Uint8Array>>): void {
  const page = Number(url.searchParams.get('page') ?? 0);
  const all = Object.entries(files).map(([file, content]) => entryOf(file, content));
  const [from, to] = [filesPerPage * page, filesPerPage * (page + 1)];
  if (all.length > to) {
    url.searchParams.set('page', String(page + 1));
    response.setHeader('link', `<${url.href}>; rel="next"`);
  }
  sendJson(response, all.slice(from, to));
}

const refuse = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { 'x-error-code': code }).end();
};

/**
 * Behaves like the hub: answers about models and lists their files in pages, serves small files itself and redirects to
 * another host for large ones, knows ranges, ETags and gates.
 */
export async function serveHub(
  models: Readonly<Record<string, ServedModel>>,
  whenDone: WhenDone = onTestFinished,
): Promise<HubServer> {
  const asked: Asked[] = [];
  const note = (host: Asked['host'], { url = '', headers }: IncomingMessage): void => {
    asked.push({ host, path: url, range: headers.range, authorization: headers.authorization });
  };
  const contents = new Map<string, Uint8Array>();
  const store = await listen(whenDone, (request, response) => {
    note('store', request);
    const content = contents.get(request.url ?? '');
    // A real store refuses requests that are signed twice.
    if (!content || request.headers.authorization) response.writeHead(400).end();
    else send(request, response, content, hub.fault);
  });

  const sendFile = (
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    path: string,
    file: Uint8Array,
  ) => {
    const token = request.headers.authorization?.replace('Bearer ', '');
    const readers = models[name]?.readers;
    if (readers && !(token && readers.includes(token))) {
      refuse(response, token ? 403 : 401, 'GatedRepo');
    } else if (isLarge(path)) {
      const place = `/${name}/${sha256(file)}`;
      contents.set(place, file);
      response.writeHead(302, { location: store.address + place, 'x-linked-etag': `"${sha256(file)}"` }).end();
    } else send(request, response, file);
  };

  const { address } = await listen(whenDone, (request, response) => {
    note('hub', request);
    const url = new URL(request.url ?? '', address);
    const form = /^\/(?:api\/models\/)?([^/]+\/[^/]+)\/(revision|tree|resolve)\/([^/]+)\/?(.*)$/;
    const [, name = '', kind, revision = '', path = ''] = form.exec(decodeURIComponent(url.pathname)) ?? [];
    const model = models[name];
    const commit = model?.branches[revision] ?? revision;
    const files = model?.commits[commit];
    const file = files?.[path];
    if (!model) refuse(response, 401, 'RepoNotFound');
    else if (!files) refuse(response, 404, 'RevisionNotFound');
    else if (kind === 'revision') sendJson(response, describe(name, commit, model));
    else if (kind === 'tree') sendPage(response, url, files);
    else if (file) sendFile(request, response, name, path, file);
    else refuse(response, 404, 'EntryNotFound');
  });
  const hub: HubServer = { address, asked, fault: undefined, drop: () => store.server.closeAllConnections() };
  return hub;
}

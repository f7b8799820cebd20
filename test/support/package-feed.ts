import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';

export type Fault =
  | 'no package'
  | 'no feed'
  | 'another package'
  | 'longer than announced'
  | 'broken connection'
  | 'half and no more'
  | 'redirected to http'
  | 'redirected without end'
  | 'redirected to itself'
  | 'announced without limit'
  | 'endless answer';

/** A feed that speaks NuGet's protocol, with one package; it has a fault if one is named. */
export interface PackageFeed {
  readonly address: string;
  fault: Fault | undefined;
  /** Paths that were asked for. */
  readonly asked: string[];
  close(): void;
}

/** Answers in place of the index, where that is the fault. @returns whether it did */
function answersIndex(fault: Fault | undefined, response: ServerResponse): boolean {
  const redirections: Readonly<Partial<Record<Fault, string>>> = {
    'redirected to http': 'http://packages.example/index.json',
    'redirected without end': '/index.json',
    'redirected to itself': '/elsewhere.json',
  };
  const location = fault && redirections[fault];
  if (location) response.writeHead(302, { location }).end();
  else if (fault === 'endless answer') response.end(' '.repeat(5 * 2 ** 20));
  else if (fault === 'no feed') response.end('<html></html>');
  else return false;
  return true;
}

/** @param entries contents of the package by path */
export async function servePackage(
  name: string,
  version: string,
  entries: Readonly<Record<string, Uint8Array>>,
): Promise<PackageFeed> {
  const zip = new yazl.ZipFile();
  // Of the same contents it is the same package, whenever it is made.
  const mtime = new Date(1e12);
  for (const [path, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), path, { mtime });
  zip.end();
  const packed = await buffer(zip.outputStream);
  const announced = createHash('sha512').update(packed).digest('base64');
  const sizeFor = (fault: Fault | undefined): number =>
    packed.length + (fault === 'longer than announced' ? -1 : fault === 'announced without limit' ? 2 ** 40 : 0);
  const leaf = `/registration/${name.toLowerCase()}/${version}.json`;
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const json = (value: unknown) => response.end(JSON.stringify(value));
    if (url === '/index.json' && answersIndex(feed.fault, response)) return response;
    const isIndex = url === '/index.json' || url === '/elsewhere.json';
    if (isIndex)
      return json({
        version: '3.0.0',
        resources: [
          { '@id': `${origin()}/search`, '@type': 'SearchQueryService' },
          { '@id': `${origin()}/registration`, '@type': 'RegistrationsBaseUrl/3.6.0' },
        ],
      });
    if (url === leaf && feed.fault !== 'no package')
      return json({
        catalogEntry: `${origin()}/catalog.json`,
        packageContent: `${origin()}/package.nupkg`,
        listed: true,
      });
    if (url === '/catalog.json')
      return json({
        packageHash: announced,
        packageHashAlgorithm: 'SHA512',
        packageSize: sizeFor(feed.fault),
      });
    if (url !== '/package.nupkg') return response.writeHead(404).end();
    if (feed.fault === 'another package') return response.end(Buffer.alloc(packed.length, 1));
    if (feed.fault === 'broken connection' || feed.fault === 'half and no more') {
      response.writeHead(200, { 'content-length': packed.length });
      response.write(packed.subarray(0, packed.length >> 1), () => {
        if (feed.fault === 'broken connection') response.destroy();
      });
      return response;
    }
    return response.end(packed);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = (): string => {
    const address = server.address();
    if (!address || typeof address === 'string') throw new Error('the feed has no port');
    return `http://127.0.0.1:${address.port}`;
  };
  const asked: string[] = [];
  const feed: PackageFeed = {
    address: `${origin()}/index.json`,
    fault: undefined,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return feed;
}

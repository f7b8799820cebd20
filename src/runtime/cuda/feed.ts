// All of zod would be most of the extension's bundle.
import * as z from 'zod/mini';
import { messageOf, UserError } from '../errors.ts';
import { isLoopback } from './loopback.ts';

/** A package as a feed announces it. */
export interface AnnouncedPackage {
  readonly url: string;
  readonly bytes: number;
  /** In base 64. */
  readonly sha512: string;
}

/** The package has 450 MB. */
const mostBytes = 2 ** 30;
/** An answer of the feed has some kilobytes. */
const mostAnswerBytes = 4 * 2 ** 20;
const mostRedirections = 5;
/** Without a single byte, until a server is given up. */
const patienceMilliseconds = 60_000;

const serviceIndex = z.object({ resources: z.array(z.object({ '@id': z.url(), '@type': z.string() })) });
const registration = z.object({ catalogEntry: z.url(), packageContent: z.url() });
const catalogEntry = z.object({
  packageHash: z.string().check(z.length(88)),
  packageHashAlgorithm: z.literal('SHA512'),
  packageSize: z.int().check(z.positive(), z.maximum(mostBytes)),
});

/** @throws UserError unless what an address gives cannot be read or changed on the way here. */
function checkAddress(address: string): void {
  const { protocol, hostname, host } = new URL(address);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return;
  throw new UserError(
    `${protocol}//${host} is not asked: what is loaded as a library comes over https only; name a feed that has it, also after all redirections.`,
  );
}

/**
 * Asks a server, and those that it refers to.
 *
 * @throws UserError when a server cannot be reached, is not asked over https, refuses, or says nothing for a minute; as
 *   the caller's signal says when it is aborted.
 */
export async function request(url: string, signal: AbortSignal): Promise<Response> {
  let place = url;
  for (let redirections = 0; redirections <= mostRedirections; redirections++) {
    checkAddress(place);
    const response = await ask(place, signal);
    const next = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (next === null) return answered(response, place);
    if (!URL.canParse(next, place)) throw new UserError(`${place} leads to no address; name another feed.`);
    place = new URL(next, place).href;
  }
  throw new UserError(`${url} leads from one address to the next without an end; name another feed.`);
}

async function ask(url: string, signal: AbortSignal): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new Error('it did not answer for a minute')), patienceMilliseconds);
  try {
    return await fetch(url, { signal: AbortSignal.any([signal, patience.signal]), redirect: 'manual' });
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause ? error.cause : error;
    throw new UserError(
      `${new URL(url).host} cannot be reached (${messageOf(cause)}); check the connection and try again.`,
    );
  } finally {
    clearTimeout(timer);
  }
}

function answered(response: Response, url: string): Response {
  if (response.ok) return response;
  throw new UserError(
    `${url} cannot be fetched (HTTP status ${response.status}); try again later, or name another feed.`,
  );
}

/**
 * The pieces of what a server sends.
 *
 * @param milliseconds without a single byte, until it is given up
 * @throws UserError when it is given up or the connection breaks off; as the signal says when that is aborted.
 */
export async function* pieces(
  { body, url }: Response,
  signal: AbortSignal,
  milliseconds = patienceMilliseconds,
): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  let timer: NodeJS.Timeout | undefined;
  const stalled = (): Promise<never> =>
    new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('nothing came')), milliseconds);
    });
  try {
    for (;;) {
      const { value, done } = await Promise.race([reader.read(), stalled()]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } catch {
    signal.throwIfAborted();
    throw new UserError(`The connection to ${new URL(url).host} broke off; try again.`);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function answer<T>(url: string, schema: z.ZodMiniType<T>, signal: AbortSignal): Promise<T> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of pieces(await request(url, signal), signal)) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) break;
    chunks.push(chunk);
  }
  const parsed = schema.safeParse(bytes > mostAnswerBytes ? undefined : jsonOf(Buffer.concat(chunks)));
  signal.throwIfAborted();
  if (parsed.success) return parsed.data;
  throw new UserError(`${url} does not answer as a feed of packages (NuGet, version 3) does; name another feed.`);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * Looks a package up in a feed that speaks version 3 of NuGet's protocol.
 *
 * @param feed address of its service index
 * @throws UserError when the feed cannot be reached, is none, or does not have the package.
 */
export async function findPackage(
  feed: string,
  name: string,
  version: string,
  signal: AbortSignal,
): Promise<AnnouncedPackage> {
  if (!URL.canParse(feed)) throw new UserError(`"${feed}" is no address; name the feed by the one of its index.json.`);
  const { resources } = await answer(feed, serviceIndex, signal);
  const registrations = resources.find(resource => resource['@type'].startsWith('RegistrationsBaseUrl'));
  if (!registrations) throw new UserError(`${feed} tells nothing of the packages that it has; name another feed.`);
  const base = registrations['@id'].replace(/\/?$/, '/');
  const leaf = await answer(`${base}${name.toLowerCase()}/${version.toLowerCase()}.json`, registration, signal);
  const { packageHash, packageSize } = await answer(leaf.catalogEntry, catalogEntry, signal);
  return { url: leaf.packageContent, bytes: packageSize, sha512: packageHash };
}

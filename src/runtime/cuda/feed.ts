// All of zod would be most of the extension's bundle.
import * as z from 'zod/mini';
import { messageOf, UserError } from '../errors.ts';

/** A package as a feed announces it. */
export interface AnnouncedPackage {
  readonly url: string;
  readonly bytes: number;
  /** In base 64. */
  readonly sha512: string;
}

const serviceIndex = z.object({ resources: z.array(z.object({ '@id': z.url(), '@type': z.string() })) });
const registration = z.object({ catalogEntry: z.url(), packageContent: z.url() });
const catalogEntry = z.object({
  packageHash: z.string().check(z.length(88)),
  packageHashAlgorithm: z.literal('SHA512'),
  packageSize: z.int().check(z.positive()),
});

/** @throws UserError when a server cannot be reached or refuses; as the caller's signal says when it is aborted. */
export async function request(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause ? error.cause : error;
    throw new UserError(
      `${new URL(url).host} cannot be reached (${messageOf(cause)}); check the connection and try again.`,
    );
  });
  if (response.ok) return response;
  throw new UserError(
    `${url} cannot be fetched (HTTP status ${response.status}); try again later, or name another feed.`,
  );
}

async function answer<T>(url: string, schema: z.ZodMiniType<T>, signal: AbortSignal): Promise<T> {
  const response = await request(url, signal);
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  signal.throwIfAborted();
  if (parsed.success) return parsed.data;
  throw new UserError(`${url} does not answer as a feed of packages (NuGet, version 3) does; name another feed.`);
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

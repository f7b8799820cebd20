import { readFile, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { getHFHubCachePath } from '@huggingface/hub';
import { messageOf, UserError } from '../../errors.ts';

/** Where models come from and where they go to. */
export interface HubAccess {
  /** Address of the hub or of a mirror, without a slash at the end. */
  readonly endpoint: string;
  /** Sent to the endpoint only, never to the hosts that it leads on to. */
  readonly token: string | undefined;
  /** Folder of the cache that Python and other tools share. */
  readonly cache: string;
  /** Whether the environment forbids to ask the hub. */
  readonly offline: boolean;
  /** Bytes that are free in a folder. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

export const publicEndpoint = 'https://huggingface.co';

const expanded = (path: string): string => path.replace(/^~(?=\/|$)/, homedir());

/** Folder of the Hugging Face cache: HF_HUB_CACHE, HF_HOME and XDG_CACHE_HOME say where, as for Python. */
export const hubCache = (): string => expanded(getHFHubCachePath());

/** The folder in which the hub's own tools keep what belongs to a person. */
function hubHome(environment: NodeJS.ProcessEnv): string {
  const caches = environment.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return expanded(environment.HF_HOME ?? join(caches, 'huggingface'));
}

/** The token that "hf auth login" has left, unless HF_TOKEN names another one. */
async function tokenFrom(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const given = environment.HF_TOKEN?.trim() || environment.HUGGING_FACE_HUB_TOKEN?.trim();
  if (given) return given;
  const file = expanded(environment.HF_TOKEN_PATH ?? join(hubHome(environment), 'token'));
  return (await readFile(file, 'utf8').catch(() => '')).trim() || undefined;
}

/** Bytes that are free where a folder is or will be. */
async function freeBytes(folder: string): Promise<number> {
  const found = await statfs(folder).catch(() => undefined);
  if (found) return found.bavail * found.bsize;
  return dirname(folder) === folder ? Number.POSITIVE_INFINITY : freeBytes(dirname(folder));
}

/** What the environment says of the hub, by the variables that Python's tools read. */
export async function accessFromEnvironment(token?: string): Promise<HubAccess> {
  const { env } = process;
  return {
    endpoint: (env.HF_ENDPOINT?.trim() || publicEndpoint).replace(/\/+$/, ''),
    token: token ?? (await tokenFrom(env)),
    cache: hubCache(),
    offline: /^(1|on|yes|true)$/i.test(env.HF_HUB_OFFLINE ?? ''),
    freeBytes,
  };
}

/** What was asked for, for messages. */
export interface Asked {
  readonly name: string;
  readonly revision: string | undefined;
}

/**
 * Asks the hub, or where it leads on to.
 *
 * @throws UserError when HF_ENDPOINT is no address, or saying why it does not answer as it should; as the signal says when
 *   it is aborted.
 */
export function hubFetch({ endpoint, token, offline }: HubAccess, asked: Asked, signal: AbortSignal): typeof fetch {
  if (!/^https?:\/\//i.test(endpoint) || !URL.canParse(endpoint))
    throw new UserError(
      `HF_ENDPOINT is "${endpoint}", which is no address of a hub; write it in full, such as ${publicEndpoint}, or unset it.`,
    );
  return async (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input);
    if (offline)
      throw new UserError(
        `${asked.name} cannot be fetched because HF_HUB_OFFLINE is set; unset it to use the network.`,
      );
    const headers = new Headers(init?.headers);
    if (token && address.origin === new URL(endpoint).origin) headers.set('authorization', `Bearer ${token}`);
    const response = await fetch(input, { ...init, headers, signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new UserError(
        `${address.host} cannot be reached (${causeOf(error)}); check the network, HTTPS_PROXY if you need a proxy, and HF_ENDPOINT if you use a mirror.`,
      );
    });
    if (response.ok) return response;
    await response.body?.cancel();
    throw refusal(response, address.host, asked, endpoint, token !== undefined);
  };
}

/** fetch says only that it failed; what is behind that says why. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return messageOf(cause) || code || 'no reason given';
}

/** An answer of the hub that is not what was asked for. */
export class HubRefusal extends UserError {
  constructor(
    message: string,
    readonly reason: 'gated' | 'unknown' | 'status',
    readonly status: number,
  ) {
    super(message);
  }
}

function refusal(
  { status, headers }: Response,
  host: string,
  { name, revision }: Asked,
  endpoint: string,
  hasToken: boolean,
): HubRefusal {
  const page = `${endpoint}/${name}`;
  switch (headers.get('x-error-code')) {
    case 'GatedRepo': {
      const rest = hasToken
        ? 'your token has no access yet'
        : 'then set HF_TOKEN to a token of your account, or log in with "hf auth login"';
      return new HubRefusal(`${name} is gated: accept its licence at ${page} first; ${rest}.`, 'gated', status);
    }
    case 'RevisionNotFound':
      return new HubRefusal(`${name} has no revision ${revision}; choose one that ${page} lists.`, 'unknown', status);
    case 'EntryNotFound':
      return new HubRefusal(
        `${name} lacks a file that it has announced; try again, or choose another revision.`,
        'unknown',
        status,
      );
  }
  if (status === 401 || status === 403 || status === 404)
    return new HubRefusal(
      `${host} shows no model ${name}${hasToken ? ' to the owner of your token' : ''}; check the name, and set HF_TOKEN if the model is private.`,
      'unknown',
      status,
    );
  if (status === 429)
    return new HubRefusal(
      `${host} has had too many requests from here; wait some minutes and try again.`,
      'status',
      status,
    );
  return new HubRefusal(`${host} answers with HTTP status ${status}; try again later.`, 'status', status);
}

import { join } from 'node:path';
import type { HubAccess } from '../../src/runtime/models/hub/access.ts';
import { fetchLanguageModel } from '../../src/runtime/models/hub/language-model.ts';
import type { FetchProgress } from '../../src/runtime/results/models.ts';
import { filesIn, type HubServer, type ServedModel, serveHub, sha256 } from './hub-server.ts';
import { fixtureModel, temporaryFolder } from './paths.ts';

/** The model of the hub that `hubWith` serves, and two commits of it. */
export const name = 'someone/Tiny-Llama';
export const [first, second] = ['1'.repeat(40), '2'.repeat(40)];
/** Its files by name; those of them that hold weights; and what stands beside them that is not needed. */
export const whole = filesIn(fixtureModel('llama-sharded-f32'));
export const shards = Object.keys(whole).filter(file => file.endsWith('.safetensors'));
export const pickle = { 'pytorch_model.bin': new Uint8Array(10), 'README.md': new Uint8Array(3) };

/** Bytes that have not come when half of every shard has. */
export const remaining = shards.reduce((sum, shard) => sum + Math.ceil((whole[shard]?.length ?? 0) / 2), 0);

export interface Hub {
  readonly server: HubServer;
  readonly model: ServedModel;
  readonly access: HubAccess;
  readonly repository: string;
}

/** A hub with that model, and a cache of a test's own. */
export async function hubWith(given: Partial<ServedModel> = {}): Promise<Hub> {
  const model = { commits: { [first]: { ...whole, ...pickle } }, branches: { main: first }, ...given };
  const server = await serveHub({ [name]: model });
  const cache = join(temporaryFolder(), 'hub');
  const freeBytes = (): Promise<number> => Promise.resolve(1e12);
  const access = { endpoint: server.address, token: undefined, cache, offline: false, freeBytes };
  return { server, model, access, repository: join(cache, 'models--someone--Tiny-Llama') };
}

export const never = new AbortController().signal;
export const ignore = (_: FetchProgress): void => undefined;

/** Fetches the model. @returns its folder */
export function add(access: HubAccess, revision?: string, onProgress = ignore, signal = never): Promise<string> {
  return fetchLanguageModel(access, { name, revision }, { signal, onProgress });
}

/** Requests for a file. */
export const asksFor = ({ server }: Hub, file: string) => server.asked.filter(({ path }) => path.endsWith(file));
/** Where the content of a file stands in the cache. */
export const blobOf = ({ repository }: Hub, file: string): string =>
  join(repository, 'blobs', sha256(whole[file] ?? new Uint8Array()));

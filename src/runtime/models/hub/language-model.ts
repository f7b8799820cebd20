import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { parseConfig } from '../config.ts';
import { mostBytesOf, readJson } from '../json-file.ts';
import type { HubAccess } from './access.ts';
import type { AnnouncedFile } from './blob.ts';
import { type Choice, type FetchHooks, fetchSnapshot } from './fetching.ts';
import { missingFiles } from './installed.ts';
import type { ModelReference } from './reference.ts';
import type { Announced } from './repository.ts';
import { sizeText } from './words.ts';

const single = 'model.safetensors';
const index = 'model.safetensors.index.json';
/** Small files, and the most that each may have: larger ones would not be read. */
const mostBytes: Readonly<Record<string, number>> = {
  'config.json': mostBytesOf.config,
  'tokenizer.json': mostBytesOf.tokenizer,
  'tokenizer_config.json': mostBytesOf.config,
  [index]: mostBytesOf.index,
};
const shardName = /^model-\d+-of-\d+\.safetensors$/;

/**
 * Files of a language model: description, tokenizer and weights. Never pickles, which can run code when they are read.
 *
 * @throws UserError when there are none that can be used.
 */
export function filesOfModel({ name, files }: Announced): ReturnType<Choice['plan']> {
  const find = (path: string): AnnouncedFile[] => files.filter(file => file.path === path);
  for (const needed of ['config.json', 'tokenizer.json'])
    if (!find(needed).length)
      throw new UserError(`${name} has no ${needed}, so it cannot be used here; choose another model.`);
  const small = Object.keys(mostBytes)
    .filter(path => path !== index)
    .flatMap(find);
  const list = find(index);
  for (const { path, bytes } of [...small, ...list]) {
    const most = mostBytes[path] ?? 0;
    if (bytes > most)
      throw new UserError(
        `${path} of ${name} has ${sizeText(bytes)} and nothing was fetched: such a file has at most ${sizeText(most)}; choose another model.`,
      );
  }
  const whole = find(single);
  if (whole.length) return { first: small, rest: whole };
  const shards = files.filter(({ path }) => shardName.test(path));
  if (list.length && shards.length) return { first: [...small, ...list], rest: shards };
  throw new UserError(
    `${name} has no weights as ${single}, and other forms are not fetched because reading them can run code; choose a revision or a model with safetensors.`,
  );
}

/** What the program cannot compute is refused before gigabytes are fetched. */
async function checkModel(name: string, folder: string): Promise<void> {
  parseConfig(await readJson(join(folder, 'config.json'), 'config'), `config.json of ${name}`);
  const odd = (await missingFiles(folder)).find(file => file !== single && !shardName.test(file));
  if (odd !== undefined)
    throw new UserError(`${name} names the shard ${odd}, which it does not have; choose another revision.`);
}

/**
 * Fetches a language model into the Hugging Face cache.
 *
 * @returns the folder of the snapshot
 * @throws UserError as `fetchSnapshot`, or when the model is not one that is computed here.
 */
export function fetchLanguageModel(access: HubAccess, reference: ModelReference, hooks: FetchHooks): Promise<string> {
  const check = (folder: string): Promise<void> => checkModel(reference.name, folder);
  return fetchSnapshot(access, reference, { plan: filesOfModel, check }, hooks);
}

import { access } from 'node:fs/promises';
import { join } from 'node:path';
// All of zod would be most of the extension's bundle.
import * as z from 'zod/mini';
import { UserError } from '../errors.ts';
import { isMissing, readBounded } from '../files/bounded.ts';
import { writeInside } from '../files/inside.ts';
import { continuationWish } from '../operations/experiments.ts';
import { shardName } from './shard.ts';
import { cuts } from './texts.ts';

const formatName = 'proto-tokens experiment';
/** With a path for each of thousands of texts. */
const mostBytes = 4 * 2 ** 20;

/** What an experiment was asked for: enough to go on with it, to report it, and to repeat it. */
const requestSchema = z.object({
  format: z.literal(formatName),
  version: z.literal(1),
  experiment: z.string(),
  preset: z.enum(['quick', 'paper']),
  /** Those that were given in place of the preset's. */
  settings: z.record(z.string(), z.unknown()),
  model: z.object({ folder: z.string(), id: z.string(), fingerprint: z.string() }),
  device: z.string(),
  source: z.object({
    name: z.string(),
    sha256: z.string(),
    texts: z.int(),
    /** Files and folders; none for the held-out passages. */
    paths: z.readonly(z.array(z.string())),
    cut: z.enum(cuts),
    /** List of words that random texts are made of; null when they are not. */
    words: z.nullable(z.string()),
    /** Of random texts and continuations. */
    seed: z.optional(z.int()),
    /** What the model itself has written in place of the texts, in `continuations.jsonl`. */
    continuations: z.optional(continuationWish),
  }),
  /** Which of the cells are computed in this folder, counted from 1; all of them when left out. */
  shard: z.optional(z.object({ index: z.int(), count: z.int() })),
  /** Of this program. */
  software: z.string(),
});
export type ExperimentRequest = Omit<z.output<typeof requestSchema>, 'format' | 'version'>;

const requestName = 'experiment.json';
const requestFile = (folder: string): string => join(folder, requestName);
/** The lines of JSON, one for each cell. */
export const recordsFile = (folder: string): string => join(folder, 'cells.jsonl');

/** Whether a folder holds an experiment, or something that is called so. */
export const hasRequest = (folder: string): Promise<boolean> =>
  access(requestFile(folder)).then(
    () => true,
    () => false,
  );

/** What stands in the folder of an experiment; undefined when there is none. @throws UserError when it is something else. */
export async function readRequest(folder: string): Promise<ExperimentRequest | undefined> {
  try {
    const bytes = await readBounded(requestFile(folder), mostBytes);
    const { format, version, ...request } = requestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return request;
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof UserError) throw error;
    throw new UserError(`${requestFile(folder)} is not of an experiment of this version; choose another folder.`);
  }
}

/**
 * Notes in a folder what is asked for there.
 *
 * @throws UserError when another experiment, another model or another shard was asked for there: its cells would lie among
 *   these.
 */
export async function writeRequest(folder: string, request: ExperimentRequest): Promise<void> {
  const earlier = await readRequest(folder);
  if (earlier && earlier.experiment !== request.experiment)
    throw new UserError(`${folder} holds the experiment ${earlier.experiment}; choose another folder.`);
  if (earlier && earlier.model.fingerprint !== request.model.fingerprint)
    throw new UserError(`${folder} holds an experiment on the model ${earlier.model.id}; choose another folder.`);
  const [was, is] = [earlier?.shard, request.shard].map(shard =>
    shard ? `the shard ${shardName(shard)}` : 'all cells',
  );
  if (earlier && was !== is)
    throw new UserError(`${folder} is for ${was} of its experiment, not for ${is}; choose another folder.`);
  const document = { format: formatName, version: 1, ...request };
  await writeInside(folder, requestName, Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`));
}

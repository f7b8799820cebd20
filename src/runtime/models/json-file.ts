import { basename, dirname } from 'node:path';
import { UserError } from '../errors.ts';
import { isMissing, lineOf, readBounded } from '../files/bounded.ts';
import { deepestJson, isTooDeep } from '../files/depth.ts';

const mebibyte = 2 ** 20;

/** The most that each kind of file of a model folder may have; those of published models stay far below. */
export const mostBytesOf = {
  /** config.json and tokenizer_config.json: kilobytes. */
  config: 4 * mebibyte,
  /** model.safetensors.index.json: a line for each weight. */
  index: 16 * mebibyte,
  /** tokenizer.json: 33 MB for a vocabulary of 262,144 tokens. */
  tokenizer: 48 * mebibyte,
  /** The header of a file of weights: a hundred bytes for each weight; the weights themselves are never read whole. */
  weightsHeader: 16 * mebibyte,
} as const;

type JsonFile = Exclude<keyof typeof mostBytesOf, 'weightsHeader'>;

/**
 * Reads a JSON file of a model folder.
 *
 * @throws UserError when it cannot be read, is larger than its kind may be, is not JSON, or is nested too deep.
 */
export async function readJson(path: string, kind: JsonFile): Promise<unknown> {
  const value = await parsed(path, kind);
  if (isTooDeep(value))
    throw new UserError(
      `${path} is nested more than ${deepestJson} levels deep and was not used; no published model has such a file, download it again.`,
    );
  return value;
}

async function parsed(path: string, kind: JsonFile): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await readBounded(path, mostBytesOf[kind])));
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (isMissing(error))
      throw new UserError(
        `There is no ${basename(path)} in ${dirname(path)}; name the folder of a model, or fetch the model again.`,
      );
    throw new UserError(`${path} cannot be read as JSON (${lineOf(error)}); download it again.`);
  }
}

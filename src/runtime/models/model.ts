import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { counted } from '../counted.ts';
import { UserError } from '../errors.ts';
import { expectedTensors } from './architectures/tensors.ts';
import { type Checkpoint, type CheckpointTensor, openCheckpoint, readTensorBytes } from './checkpoint.ts';
import { type ModelConfig, parseConfig } from './config.ts';
import { folderName } from './folder-name.ts';
import { readJson } from './json-file.ts';
import { TextTokenizer } from './tokenizer.ts';

/** A frozen language model: what it computes, where its weights lie, how it reads text. */
export interface Model {
  readonly folder: string;
  /** "organisation/name" when it lies in the Hugging Face cache, else the name of its folder. */
  readonly id: string;
  /** Commit of the Hugging Face repository, when it is known. */
  readonly revision: string | null;
  readonly config: ModelConfig;
  readonly checkpoint: Checkpoint;
  readonly tokenizer: TextTokenizer;
  /** Equal for models that compute the same, wherever and in however many shards they lie. */
  readonly fingerprint: string;
}

/**
 * Opens an ordinary Hugging Face folder. Weights are checked by name and shape, not read.
 *
 * @throws UserError when anything is missing, damaged, or of a kind that is not computed here.
 */
export async function openModel(folder: string): Promise<Model> {
  const place = resolve(folder);
  const found = await stat(place).catch(() => undefined);
  if (!found?.isDirectory())
    throw new UserError(
      `There is no model folder ${place}; get one with "hf download" (gated models ask you to accept their licence first) and name its folder.`,
    );
  const config = parseConfig(await readJson(join(place, 'config.json'), 'config'), join(place, 'config.json'));
  const checkpoint = await openCheckpoint(place);
  const needed = neededTensors(config, checkpoint);
  const tokenizer = await TextTokenizer.load(place, config.vocabularySize);
  checkVocabulary(config, tokenizer, place);
  const fingerprint = await fingerprintOf(config, needed, tokenizer);
  return {
    folder: place,
    ...folderName(place),
    config,
    checkpoint: { folder: place, tensors: needed },
    tokenizer,
    fingerprint,
  };
}

const mostNamed = 3;

/** Every token that a text can be made of must have a row in the model: without one, training would fail at its end. */
function checkVocabulary({ vocabularySize }: ModelConfig, tokenizer: TextTokenizer, place: string): void {
  const beyond = tokenizer.beyond(vocabularySize, mostNamed + 1);
  if (!beyond.length) return;
  const named = beyond.slice(0, mostNamed).map(id => `${JSON.stringify(tokenizer.tokenText(id))} (id ${id})`);
  const more = beyond.length > mostNamed ? ' and more' : '';
  throw new UserError(
    `${join(place, 'tokenizer.json')} has ${named.join(', ')}${more} and the model has rows for the ids 0 to ${vocabularySize - 1} only (vocab_size in config.json); use the tokenizer of this model, or remove these tokens from it.`,
  );
}

function neededTensors(config: ModelConfig, checkpoint: Checkpoint): Map<string, CheckpointTensor> {
  // Before anything is made for each layer. Each has more weights than one.
  if (config.layers > checkpoint.tensors.size)
    throw new UserError(
      `config.json in ${checkpoint.folder} says ${counted(config.layers, 'layer')} (num_hidden_layers) and the folder holds ${counted(checkpoint.tensors.size, 'weight')}; the two do not belong together.`,
    );
  const needed = new Map<string, CheckpointTensor>();
  for (const [name, shape] of expectedTensors(config)) {
    const tensor = checkpoint.tensors.get(name) ?? checkpoint.tensors.get(`${config.optionalPrefix ?? ''}${name}`);
    if (!tensor)
      throw new UserError(
        `${checkpoint.folder} lacks the weight ${name} of a ${config.architecture} language model; get a complete checkpoint of the whole model, its head included.`,
      );
    if (tensor.shape.join() !== shape.join())
      throw new UserError(
        `${checkpoint.folder} holds ${name} as [${tensor.shape.join(', ')}] where config.json asks for [${shape.join(', ')}]; the two do not belong together.`,
      );
    if (!['F32', 'F16', 'BF16'].includes(tensor.dtype))
      throw new UserError(
        `${checkpoint.folder} holds ${name} as ${tensor.dtype}; only F32, F16 and BF16 weights are computed with.`,
      );
    needed.set(name, tensor);
  }
  return needed;
}

const sampleBytes = 4096;

/**
 * Hash of the configuration, the tokenizer, and of each weight its name, type, shape and some bytes from its beginning,
 * middle and end: milliseconds for any size, and training touches every weight everywhere.
 */
async function fingerprintOf(
  config: ModelConfig,
  tensors: ReadonlyMap<string, CheckpointTensor>,
  tokenizer: TextTokenizer,
): Promise<string> {
  const hash = createHash('sha256').update(
    JSON.stringify([Object.entries(config.identity).sort(), tokenizer.fingerprint]),
  );
  for (const [name, tensor] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([name, tensor.dtype, tensor.shape]));
    const length = Math.min(sampleBytes, tensor.byteLength);
    const rest = tensor.byteLength - length;
    for (const from of new Set([0, Math.floor(rest / 2), rest]))
      hash.update(await readTensorBytes(tensor, from, length));
  }
  return hash.digest('hex');
}

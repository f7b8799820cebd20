import { type FileHandle, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { lineOf, openRegular, readExactly } from '../files/bounded.ts';
import { widenBfloat16, widenFloat16 } from '../files/float16.ts';
import {
  headerLength,
  lengthBytes,
  parseHeader,
  type SafetensorsHeader,
  type StoredDtype,
} from '../files/safetensors.ts';
import { mostBytesOf, readJson } from './json-file.ts';

/** A weight and where it lies. */
export interface CheckpointTensor {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  /** Absolute path of the real file: in the Hugging Face cache, the blob that the snapshot's link leads to. */
  readonly file: string;
  readonly offset: number;
  readonly byteLength: number;
}

export interface Checkpoint {
  readonly folder: string;
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
}

const single = 'model.safetensors';
const indexName = 'model.safetensors.index.json';
const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * The weights of a Hugging Face folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
 * Only headers are read.
 *
 * @throws UserError when a file is missing, cut short, damaged or something else.
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  if (await exists(join(folder, single))) return { folder, tensors: await readShard(folder, single) };
  if (await exists(join(folder, indexName))) return { folder, tensors: await readShards(folder) };
  if (await exists(join(folder, 'pytorch_model.bin')))
    throw new UserError(
      `${folder} holds pytorch_model.bin only; get a revision with ${single}, or convert it with save_pretrained(safe_serialization=True).`,
    );
  throw new UserError(`${folder} has no ${single}; it is no model folder, or its download has not ended.`);
}

async function readShards(folder: string): Promise<Map<string, CheckpointTensor>> {
  const path = join(folder, indexName);
  const index = indexSchema.safeParse(await readJson(path, 'index'));
  if (!index.success) throw new UserError(`${path} has no weight_map; download it again.`);
  const shards = new Map<string, Map<string, CheckpointTensor>>();
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, shard] of Object.entries(index.data.weight_map)) {
    if (basename(shard) !== shard || ['', '.', '..'].includes(shard))
      throw new UserError(`${path} names the shard "${shard}", which is not in its folder; download it again.`);
    const known = shards.get(shard) ?? (await readShard(folder, shard));
    shards.set(shard, known);
    const tensor = known.get(name);
    if (!tensor)
      throw new UserError(
        `${join(folder, shard)} lacks the tensor ${name} that ${indexName} promises; download both again.`,
      );
    tensors.set(name, tensor);
  }
  return tensors;
}

async function readShard(folder: string, name: string): Promise<Map<string, CheckpointTensor>> {
  const path = join(folder, name);
  const file = await realpath(path).catch(() => {
    throw new UserError(`The shard ${path} is missing; finish the download of the model.`);
  });
  const { handle, size } = await openRegular(file).catch(error => {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path} cannot be read (${lineOf(error)}).`);
  });
  try {
    const { tensors } = await readShardHeader(handle, size, path);
    return new Map(
      [...tensors.values()].map(({ name: tensor, dtype, shape, begin, end }) => [
        tensor,
        { name: tensor, dtype, shape, file, offset: begin, byteLength: end - begin },
      ]),
    );
  } finally {
    await handle.close();
  }
}

async function readShardHeader(handle: FileHandle, size: number, path: string): Promise<SafetensorsHeader> {
  const first = await readExactly(handle, 0, Math.min(size, lengthBytes));
  if (new TextDecoder().decode(first).startsWith('version '))
    throw new UserError(`${path} is a Git LFS pointer, not the weights; run "git lfs pull" in its folder.`);
  const length = headerLength(first, size, path, mostBytesOf.weightsHeader);
  return parseHeader(await readExactly(handle, lengthBytes, length), size, path);
}

/** Bytes of a tensor, from an offset within it. @throws UserError when they are not there any more. */
export async function readTensorBytes(
  { file, offset }: CheckpointTensor,
  from: number,
  length: number,
): Promise<Uint8Array> {
  const { handle } = await openRegular(file).catch(error => {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `The weights ${file} cannot be read any more (${lineOf(error)}); put the model back where it was and run the same again.`,
    );
  });
  try {
    return await readExactly(handle, offset + from, length);
  } finally {
    await handle.close();
  }
}

/**
 * The values of a tensor as 32-bit numbers, all of them or those of some rows (slices of the first axis).
 *
 * @throws Error for element types other than F32, F16 and BF16.
 */
export async function readTensor(
  tensor: CheckpointTensor,
  rows?: { readonly first: number; readonly count: number },
): Promise<Float32Array> {
  const bytesPerRow = tensor.byteLength / (tensor.shape[0] ?? 1);
  const bytes = rows
    ? await readTensorBytes(tensor, rows.first * bytesPerRow, rows.count * bytesPerRow)
    : await readTensorBytes(tensor, 0, tensor.byteLength);
  switch (tensor.dtype) {
    case 'F32':
      return new Float32Array(bytes.buffer);
    case 'F16':
      return widenFloat16(new Uint16Array(bytes.buffer));
    case 'BF16':
      return widenBfloat16(new Uint16Array(bytes.buffer));
    default:
      throw new Error(`${tensor.name} is ${tensor.dtype}`);
  }
}

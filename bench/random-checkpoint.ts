import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { narrowToFloat16 } from '../src/runtime/files/float16.ts';
import { expectedTensors } from '../src/runtime/models/architectures/tensors.ts';
import { openCheckpoint } from '../src/runtime/models/checkpoint.ts';
import { parseConfig } from '../src/runtime/models/config.ts';
import type { FrozenModel } from '../src/runtime/models/frozen-model.ts';
import { type BenchmarkShape, configOf } from './shapes.ts';

/** Standard deviation of the weights, as models are initialised; keeps activations in an ordinary range. */
const spread = 0.02;
/** A prime, so that no two rows of a matrix start at the same place of the repeated block. */
const blockLength = 1_000_003;

/** Element types of a checkpoint, and bytes of an element. */
const elementBytes = { F32: 4, F16: 2, BF16: 2 } as const;
export type RandomDtype = keyof typeof elementBytes;

function narrowed(values: Float32Array, dtype: 'F16' | 'BF16'): Uint16Array {
  if (dtype === 'F16') return narrowToFloat16(values);
  // The upper half of a 32-bit number is the bfloat16 number next to it.
  return Uint16Array.from(new Uint32Array(values.buffer), bits => bits >>> 16);
}

/** Random bytes without end. No two tensors get the same ones: the runtime would find out, and pack only one of them. */
class RandomWeights {
  private readonly bytes: Uint8Array;
  private position = 0;

  constructor(center: number, dtype: RandomDtype) {
    const width = spread * Math.sqrt(12);
    const values = Float32Array.from({ length: blockLength }, () => center + (Math.random() - 0.5) * width);
    this.bytes = new Uint8Array(dtype === 'F32' ? values.buffer : narrowed(values, dtype).buffer);
  }

  /** The next bytes, at most as many as asked for. */
  next(most: number): Uint8Array {
    const taken = this.bytes.subarray(this.position, this.position + most);
    this.position = (this.position + taken.length) % this.bytes.length;
    return taken;
  }
}

interface PlannedTensor {
  readonly name: string;
  readonly extents: readonly number[];
  readonly bytes: number;
}

/** How a checkpoint lies on the disk. */
export interface CheckpointForm {
  readonly dtype: RandomDtype;
  /** Files of about the same size; with more than one an index names them, as the hub's do. */
  readonly shards: number;
  /** Whether the files are as long as they should be and hold nothing: they take no room on the disk. */
  readonly empty: boolean;
}

/** Cuts tensors, in their order, into so many parts of about the same size. */
function cut(tensors: readonly PlannedTensor[], parts: number): PlannedTensor[][] {
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const cuts: PlannedTensor[][] = Array.from({ length: parts }, () => []);
  let before = 0;
  for (const tensor of tensors) {
    cuts[Math.min(parts - 1, Math.floor((before / total) * parts))]?.push(tensor);
    before += tensor.bytes;
  }
  return cuts;
}

/** Writes config.json and the weights (random) of a shape; tensor by tensor, as the whole is gigabytes. */
export async function writeCheckpoint(folder: string, shape: BenchmarkShape, form: CheckpointForm): Promise<void> {
  const { dtype, shards } = form;
  await writeFile(join(folder, 'config.json'), JSON.stringify(shape.settings));
  const tensors = expectedTensors(configOf(shape)).map(([name, extents]) => ({
    name,
    extents,
    bytes: extents.reduce((product, extent) => product * extent, elementBytes[dtype]),
  }));
  const weights = { matrices: new RandomWeights(0, dtype), norms: new RandomWeights(1, dtype) };
  const map: Record<string, string> = {};
  for (const [i, part] of cut(tensors, shards).entries()) {
    const number = (value: number): string => String(value).padStart(5, '0');
    const file = shards === 1 ? 'model.safetensors' : `model-${number(i + 1)}-of-${number(shards)}.safetensors`;
    for (const { name } of part) map[name] = file;
    await writeShard(join(folder, file), part, form, weights);
  }
  if (shards > 1) await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
}

async function writeShard(
  path: string,
  tensors: readonly PlannedTensor[],
  { dtype, empty }: CheckpointForm,
  { matrices, norms }: Readonly<Record<'matrices' | 'norms', RandomWeights>>,
): Promise<void> {
  let offset = 0;
  const entries: Record<string, unknown> = {};
  for (const { name, extents, bytes } of tensors) {
    entries[name] = { dtype, shape: extents, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const json = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = await open(path, 'w');
  try {
    await file.writeFile(Buffer.concat([length, json]));
    if (empty) {
      await file.truncate(length.length + json.length + offset);
      return;
    }
    for (const { name, bytes } of tensors) {
      const weights = name.endsWith('norm.weight') ? norms : matrices;
      for (let written = 0; written < bytes; ) {
        const part = weights.next(bytes - written);
        await file.writeFile(part);
        written += part.length;
      }
    }
  } finally {
    await file.close();
  }
}

/** The model in a folder that `withRandomCheckpoint` has made. */
export async function openFrozenModel(folder: string): Promise<FrozenModel> {
  const path = join(folder, 'config.json');
  const config = parseConfig(JSON.parse(await readFile(path, 'utf8')), path);
  return { config, checkpoint: await openCheckpoint(folder) };
}

/** Gives a task a Hugging Face folder of a shape with random weights, and removes it afterwards. */
export async function withRandomCheckpoint<T>(
  shape: BenchmarkShape,
  work: (folder: string) => Promise<T>,
  form: Partial<CheckpointForm> = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'proto-tokens-bench-'));
  try {
    await writeCheckpoint(folder, shape, { dtype: 'F32', shards: 1, empty: false, ...form });
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

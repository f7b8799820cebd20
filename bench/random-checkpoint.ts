import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
const elementBytes = { F32: 4, BF16: 2 } as const;
export type RandomDtype = keyof typeof elementBytes;

/** Random bytes without end. No two tensors get the same ones: the runtime would find out, and pack only one of them. */
class RandomWeights {
  private readonly bytes: Uint8Array;
  private position = 0;

  constructor(center: number, dtype: RandomDtype) {
    const width = spread * Math.sqrt(12);
    const values = Float32Array.from({ length: blockLength }, () => center + (Math.random() - 0.5) * width);
    // The upper half of a 32-bit number is the bfloat16 number next to it.
    const upper = Uint16Array.from(new Uint32Array(values.buffer), bits => bits >>> 16);
    this.bytes = new Uint8Array(dtype === 'F32' ? values.buffer : upper.buffer);
  }

  /** The next bytes, at most as many as asked for. */
  next(most: number): Uint8Array {
    const taken = this.bytes.subarray(this.position, this.position + most);
    this.position = (this.position + taken.length) % this.bytes.length;
    return taken;
  }
}

/** Writes config.json and model.safetensors (random weights) of a shape; tensor by tensor, as the whole is gigabytes. */
async function writeCheckpoint(folder: string, shape: BenchmarkShape, dtype: RandomDtype): Promise<void> {
  await writeFile(join(folder, 'config.json'), JSON.stringify(shape.settings));
  const tensors = expectedTensors(configOf(shape)).map(([name, extents]) => ({
    name,
    extents,
    bytes: extents.reduce((product, extent) => product * extent, elementBytes[dtype]),
  }));
  let offset = 0;
  const entries: Record<string, unknown> = {};
  for (const { name, extents, bytes } of tensors) {
    entries[name] = { dtype, shape: extents, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const json = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const [matrices, norms] = [new RandomWeights(0, dtype), new RandomWeights(1, dtype)];
  const file = await open(join(folder, 'model.safetensors'), 'w');
  try {
    await file.writeFile(Buffer.concat([length, json]));
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
  dtype: RandomDtype = 'F32',
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'proto-tokens-bench-'));
  try {
    await writeCheckpoint(folder, shape, dtype);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

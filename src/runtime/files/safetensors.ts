import { z } from 'zod';
import { UserError } from '../errors.ts';

const bytesPerElement = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

/** Element types of the format that we know the size of. */
export type StoredDtype = keyof typeof bytesPerElement;

/** A tensor as it lies in a file. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  /** Byte offsets from the beginning of the file; end exclusive. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Bytes before the first tensor. */
  readonly dataStart: number;
}

/** The format's own limit. */
const longestHeader = 100_000_000;
export const lengthBytes = 8;

const dimension = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const entrySchema = z.object({
  dtype: z.enum(Object.keys(bytesPerElement) as StoredDtype[]),
  shape: z.array(dimension).max(16),
  data_offsets: z.tuple([dimension, dimension]),
});
const metadataSchema = z.record(z.string(), z.string());
const headerSchema = z.record(z.string(), z.unknown());

function damaged(name: string, problem: string): UserError {
  return new UserError(
    `${name} is not a valid safetensors file (${problem}); restore it from a copy or download it again.`,
  );
}

/**
 * The length of the JSON header from the first eight bytes of a file.
 *
 * @param mostBytes that a header of such a file has
 * @throws UserError when there is none, or it is longer than the file or the limit: nothing is allocated by a lie.
 */
export function headerLength(first: Uint8Array, fileSize: number, name: string, mostBytes = longestHeader): number {
  if (first.length < lengthBytes) throw damaged(name, 'it is too short');
  const length = new DataView(first.buffer, first.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > mostBytes || length + BigInt(lengthBytes) > fileSize)
    throw damaged(name, 'its header does not fit into it');
  return Number(length);
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(name, 'its header is not JSON');
  }
}

/**
 * Parses a header and checks it against the size of the file: known types, sizes that agree with the shapes, and data
 * without gaps or overlaps.
 *
 * @param json the bytes after the eight of the length
 * @throws UserError naming the file and what is wrong.
 */
export function parseHeader(json: Uint8Array, fileSize: number, name: string): SafetensorsHeader {
  const header = headerSchema.safeParse(parseJson(new TextDecoder().decode(json), name));
  if (!header.success) throw damaged(name, 'its header is not an object');
  const { __metadata__: rawMetadata, ...entries } = header.data;
  const metadata = metadataSchema.safeParse(rawMetadata ?? {});
  if (!metadata.success) throw damaged(name, 'its metadata are not text');
  const dataStart = lengthBytes + json.length;
  const tensors = Object.entries(entries).map(([tensor, entry]) => parseEntry(tensor, entry, dataStart, name));
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = dataStart;
  for (const { name: tensor, begin, end } of tensors) {
    if (begin !== expected) throw damaged(name, `the data of ${tensor} do not follow those before`);
    expected = end;
  }
  if (expected > fileSize)
    throw new UserError(
      `${name} is shorter than its header says, so its end is missing; restore it from a copy or download it again.`,
    );
  if (expected < fileSize) throw damaged(name, 'bytes follow the last tensor');
  return { metadata: metadata.data, tensors: new Map(tensors.map(tensor => [tensor.name, tensor])), dataStart };
}

function parseEntry(tensor: string, entry: unknown, dataStart: number, name: string): StoredTensor {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw damaged(name, `the entry of ${tensor} makes no sense`);
  const { dtype, shape, data_offsets } = parsed.data;
  const [begin, end] = data_offsets;
  const size = shape.reduce((product, extent) => product * extent, bytesPerElement[dtype]);
  if (size !== end - begin) throw damaged(name, `the size of ${tensor} does not fit its shape`);
  return { name: tensor, dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

/** Parses a whole file in memory. @throws UserError as `parseHeader`. */
export function parseSafetensors(bytes: Uint8Array, name: string): SafetensorsHeader {
  const length = headerLength(bytes.subarray(0, lengthBytes), bytes.length, name);
  return parseHeader(bytes.subarray(lengthBytes, lengthBytes + length), bytes.length, name);
}

export interface TensorToWrite {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** The bytes of a file: metadata in the order given, tensors in the order given, data aligned to eight bytes. */
export function writeSafetensors(
  metadata: Readonly<Record<string, string>>,
  tensors: readonly TensorToWrite[],
): Uint8Array {
  let offset = 0;
  const entries: Record<string, unknown> = { __metadata__: metadata };
  for (const { name, dtype, shape, bytes } of tensors) {
    entries[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const padded = Math.ceil(json.length / lengthBytes) * lengthBytes;
  const file = new Uint8Array(lengthBytes + padded + offset).fill(0x20, lengthBytes, lengthBytes + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(json, lengthBytes);
  let position = lengthBytes + padded;
  for (const { bytes } of tensors) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}

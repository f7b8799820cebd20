import { createHash } from 'node:crypto';
import { z } from 'zod';
import { counted } from '../counted.ts';
import { UserError } from '../errors.ts';
import type { Sizes } from '../results/compression.ts';
import { narrowToFloat16, widenFloat16 } from './float16.ts';
import { headerLength, lengthBytes, parseHeader, type SafetensorsHeader, writeSafetensors } from './safetensors.ts';

const formatName = 'proto-tokens';
const formatVersion = 1;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** As the segment length may be chosen. A file of few bytes can claim any length, and a pass takes memory for all of it. */
const longestSegment = z.number().int().min(1).max(4096);
/** Tokens of a text at the most: beyond this a person has chosen the wrong file, which would train for days. */
export const mostTokens = 200_000;
/** Corrections of every token, and patches of as many letters. */
const longestHeader = 16 * 2 ** 20;
/** "[199999,4294967295]," for each token: longer lists are not looked into. */
const longestCorrections = 20 * mostTokens;

/** What the metadata of a file say, beside the vectors themselves. */
const contentSchema = z.object({
  model: z.object({
    id: z.string(),
    revision: z.string().nullable(),
    architecture: z.string(),
    fingerprint: z.string(),
  }),
  arrangement: z.string(),
  /** Tokens of each segment, in the order of the text. */
  segmentLengths: z.array(longestSegment).min(1).max(mostTokens),
  /** (position in the whole text, token id) of what the forward pass does not get right, by position. */
  corrections: z.array(z.tuple([count, count])).max(mostTokens),
  text: z.object({
    /** Over its UTF-16 code units, little endian: it tells lone surrogates apart. */
    sha256: z.string().length(64),
    utf8Bytes: count,
    /** Through zlib at its default level. */
    deflatedBytes: count,
    /** What the decoded text needs to become the exact one. */
    patches: z.array(z.object({ start: count, end: count, text: z.string() })),
  }),
  training: z.object({
    recipe: z.string(),
    seed: z.number(),
    /** Gradient evaluations of each segment. */
    steps: z.array(count),
    /** Share of the tokens that come out right before corrections. */
    accuracy: z.number().min(0).max(1),
    device: z.string(),
    /** Of this program. */
    version: z.string(),
  }),
});

type Content = z.output<typeof contentSchema>;
const contentKeys = Object.keys(contentSchema.shape) as (keyof Content)[];

/** Everything that a file says of itself before its vectors. */
export interface ProtoHead extends Content {
  readonly hiddenSize: number;
  readonly sharedM: boolean;
  /** Element type of the vectors in the file. */
  readonly storage: 'F32' | 'F16';
}

/** A compressed text: S segments with their vectors, and what they cannot carry. */
export interface ProtoFile extends ProtoHead {
  /** [S,d] */
  readonly e: Float32Array;
  /** [S,d], or [1,d] when all segments share it. */
  readonly m: Float32Array;
}

export function hashText(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('hex');
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(value)));

/** What takes how much room in a file of so many bytes. */
export function sizesOf(
  size: number,
  { segmentLengths, sharedM, hiddenSize, storage, corrections, text }: ProtoHead,
): Sizes {
  const rows = segmentLengths.length + (sharedM ? 1 : segmentLengths.length);
  const vectors = rows * hiddenSize * (storage === 'F16' ? 2 : 4);
  const parts = {
    vectors,
    corrections: corrections.length ? jsonBytes(corrections) : 0,
    patches: text.patches.length ? jsonBytes(text.patches) : 0,
  };
  const header = size - parts.vectors - parts.corrections - parts.patches;
  return { file: size, ...parts, header, text: text.utf8Bytes, deflated: text.deflatedBytes };
}

/** The bytes of a file: a valid safetensors file, which any reader of that format can load `e` and `m` from. */
export function writeProto(file: ProtoFile): Uint8Array {
  const { hiddenSize, storage, e, m } = file;
  const metadata: Record<string, string> = { format: formatName, format_version: String(formatVersion) };
  for (const key of contentKeys) metadata[key] = JSON.stringify(file[key]);
  const tensor = (name: string, values: Float32Array) => {
    const stored = storage === 'F16' ? narrowToFloat16(values) : values;
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    return { name, dtype: storage, shape: [values.length / hiddenSize, hiddenSize], bytes };
  };
  return writeSafetensors(metadata, [tensor('e', e), tensor('m', m)]);
}

/** What a file with the ending .proto is, from its first bytes. */
export function sniffProto(bytes: Uint8Array): 'proto-tokens' | 'schema' | 'other' {
  const start = new TextDecoder().decode(bytes.subarray(0, 4096));
  if (mayBeSafetensors(bytes) && start.includes(`"format":"${formatName}"`)) return 'proto-tokens';
  return /(^|\n)\s*(syntax|edition)\s*=|(^|\n)\s*(message|enum|service|package|import)\s/.test(start)
    ? 'schema'
    : 'other';
}

/** Whether a file begins as safetensors files do: eight bytes of length, then a JSON object. */
function mayBeSafetensors(bytes: Uint8Array): boolean {
  return bytes.length < lengthBytes + 1 || bytes[lengthBytes] === 0x7b;
}

/** What a file says of itself, and where its parts lie. */
interface Opened {
  readonly head: ProtoHead;
  readonly header: SafetensorsHeader;
}

/**
 * Reads the beginning of a file, everything before its vectors.
 *
 * @param beginning of the file, its whole header included
 * @param size of the whole file, in bytes
 * @param name the file's name, for messages
 * @throws UserError when it is something else, of a newer format, or damaged.
 */
export const readProtoHead = (beginning: Uint8Array, size: number, name: string): ProtoHead =>
  openProto(beginning, size, name).head;

/**
 * Reads a file.
 *
 * @param name the file's name, for messages
 * @throws UserError as `readProtoHead`.
 */
export function readProto(bytes: Uint8Array, name: string): ProtoFile {
  const { head, header } = openProto(bytes, bytes.length, name);
  return { ...head, e: vectorsOf(bytes, header, 'e', name), m: vectorsOf(bytes, header, 'm', name) };
}

function openProto(beginning: Uint8Array, size: number, name: string): Opened {
  const kind = sniffProto(beginning);
  if (kind === 'schema') throw new UserError(`${name} is a Protocol Buffers schema, not a file of proto-tokens.`);
  if (kind === 'other' && !mayBeSafetensors(beginning))
    throw new UserError(`${name} is not a file of proto-tokens; open it with the program that it belongs to.`);
  const length = headerLength(beginning.subarray(0, lengthBytes), size, name, longestHeader);
  const header = parseHeader(beginning.subarray(lengthBytes, lengthBytes + length), size, name);
  if (header.metadata.format !== formatName)
    throw new UserError(`${name} holds tensors but not proto-tokens; it was not made by this program.`);
  const version = Number(header.metadata.format_version);
  if (version > formatVersion)
    throw new UserError(
      `${name} is of format ${version} and this version reads format ${formatVersion}; update Proto-Tokens.`,
    );
  if (version !== formatVersion) throw damaged(name, 'its format_version makes no sense');
  const content = parseContent(header, name);
  const e = matrixOf(header, 'e', name);
  const m = matrixOf(header, 'm', name);
  const segments = content.segmentLengths.length;
  const shapesFit =
    e.rows === segments && (m.rows === segments || m.rows === 1) && e.width === m.width && e.dtype === m.dtype;
  if (!shapesFit) throw damaged(name, 'its vectors do not fit its segments');
  checkCorrections(content, name);
  return { head: { ...content, hiddenSize: e.width, sharedM: m.rows === 1, storage: e.dtype }, header };
}

function damaged(name: string, problem: string): UserError {
  return new UserError(`${name} is damaged (${problem}); restore it from a copy.`);
}

function parseContent({ metadata }: SafetensorsHeader, name: string): Content {
  const raw: Record<string, unknown> = {};
  if ((metadata.corrections?.length ?? 0) > longestCorrections)
    throw damaged(name, 'it has more corrections than tokens');
  for (const key of contentKeys) {
    try {
      raw[key] = JSON.parse(metadata[key] ?? '');
    } catch {
      throw damaged(name, `its ${key} cannot be read`);
    }
  }
  const parsed = contentSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw damaged(name, `its ${parsed.error.issues[0]?.path.join('.')} makes no sense`);
}

function checkCorrections({ corrections, segmentLengths, text }: Content, name: string): void {
  const tokens = segmentLengths.reduce((sum, length) => sum + length, 0);
  if (tokens > mostTokens)
    throw new UserError(
      `${name} says that it holds ${counted(tokens, 'token')} and no file has more than ${counted(mostTokens, 'token')}; it was not made by this program.`,
    );
  let previous = -1;
  for (const [position] of corrections) {
    if (position <= previous || position >= tokens) throw damaged(name, 'its corrections are out of order');
    previous = position;
  }
  let end = 0;
  for (const patch of text.patches) {
    if (patch.start < end || patch.end < patch.start) throw damaged(name, 'its patches are out of order');
    end = patch.end;
  }
}

function matrixOf({ tensors }: SafetensorsHeader, tensor: string, name: string) {
  const found = tensors.get(tensor);
  const [rows, width] = found?.shape ?? [];
  if (!found || !rows || !width || found.shape.length !== 2) throw damaged(name, `it has no vectors ${tensor}`);
  const { dtype, begin, end } = found;
  if (dtype !== 'F32' && dtype !== 'F16') throw damaged(name, `its vectors are ${dtype}`);
  return { rows, width, dtype, begin, end };
}

function vectorsOf(bytes: Uint8Array, header: SafetensorsHeader, tensor: string, name: string): Float32Array {
  const { dtype, begin, end } = matrixOf(header, tensor, name);
  // A copy of its own begins at a multiple of every element's size.
  const { buffer } = new Uint8Array(bytes.subarray(begin, end));
  const values = dtype === 'F16' ? widenFloat16(new Uint16Array(buffer)) : new Float32Array(buffer);
  if (!values.every(Number.isFinite)) throw damaged(name, `its vectors ${tensor} are not finite`);
  return values;
}

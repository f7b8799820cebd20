import { deflateSync } from 'node:zlib';
import { version } from '../../../package.json';
import { decodeProto } from '../decoding/decode-proto.ts';
import { scoreTokens, type TokenScore } from '../decoding/one-step.ts';
import { narrowToFloat16, widenFloat16 } from '../files/float16.ts';
import { hashText, type ProtoFile } from '../files/proto-file.ts';
import type { Model } from '../models/model.ts';
import type { DeviceName } from '../onnxruntime/device-names.ts';
import type { SessionCache } from '../onnxruntime/session-cache.ts';
import { layoutOf } from '../training/arrangement.ts';
import type { SettledSegment } from './job.ts';
import type { CompressionOptions } from './options.ts';

/**
 * A token whose logit leads by less than this may come out otherwise on another device or processor, whose sums are
 * rounded in another order; it is corrected like a wrong one.
 */
const safeMargin = 1e-3;

interface Scored {
  readonly segments: readonly SettledSegment[];
  readonly scores: readonly TokenScore[];
}

const needsCorrection = ({ margin }: TokenScore): boolean => !(margin > safeMargin);
const correctionsOf = ({ scores }: Scored): [number, number][] =>
  scores.flatMap((score, position): [number, number][] => (needsCorrection(score) ? [[position, score.target]] : []));

async function score(
  model: Model,
  sessions: SessionCache,
  tokens: Int32Array,
  segments: readonly SettledSegment[],
  options: CompressionOptions,
): Promise<Scored> {
  const candidates = segments.map(({ start, length, e, m }) => ({
    protoTokens: [e, m],
    layout: layoutOf(options.arrangement, length),
    tokens: tokens.slice(start, start + length),
  }));
  return { segments, scores: (await scoreTokens(model, sessions, candidates)).flat() };
}

/** Vectors rounded to 16 bits, as they would come back from a file. */
function rounded(segments: readonly SettledSegment[]): SettledSegment[] {
  const round = (vector: Float32Array): Float32Array => widenFloat16(narrowToFloat16(vector));
  return segments.map(segment => ({ ...segment, e: round(segment.e), m: round(segment.m) }));
}

/** The vectors as they will be stored: narrow ones only when not one more token needs a correction for it. */
async function chooseStorage(
  model: Model,
  sessions: SessionCache,
  tokens: Int32Array,
  segments: readonly SettledSegment[],
  options: CompressionOptions,
): Promise<Scored & { storage: 'F32' | 'F16' }> {
  const scoreOf = (candidates: readonly SettledSegment[]): Promise<Scored> =>
    score(model, sessions, tokens, candidates, options);
  if (options.storage === 'F16') return { ...(await scoreOf(rounded(segments))), storage: 'F16' };
  const wide = await scoreOf(segments);
  if (options.storage === 'F32') return { ...wide, storage: 'F32' };
  const narrow = await scoreOf(rounded(segments));
  return correctionsOf(narrow).length <= correctionsOf(wide).length
    ? { ...narrow, storage: 'F16' }
    : { ...wide, storage: 'F32' };
}

function stack(vectors: readonly Float32Array[], width: number): Float32Array {
  const rows = new Float32Array(vectors.length * width);
  for (const [i, vector] of vectors.entries()) rows.set(vector, i * width);
  return rows;
}

export interface Unfinished {
  readonly model: Model;
  readonly device: DeviceName;
  readonly sessions: SessionCache;
  readonly text: string;
  readonly tokens: Int32Array;
  readonly settled: readonly SettledSegment[];
  readonly options: CompressionOptions;
}

/**
 * The file of a compressed text: its vectors as narrow as they may be, what they get wrong as corrections, what the
 * tokenizer loses as patches. Accuracy is that of the vectors as they are stored.
 *
 * @throws Error when the file does not decode to the exact text; it never leaves here then.
 */
export async function finish({
  model,
  device,
  sessions,
  text,
  tokens,
  settled,
  options,
}: Unfinished): Promise<ProtoFile> {
  const stored = await chooseStorage(model, sessions, tokens, settled, options);
  const { segments, scores } = stored;
  const width = model.config.hiddenSize;
  const sharedM = options.sharedM && segments.length > 1;
  const file: ProtoFile = {
    model: {
      id: model.id,
      revision: model.revision,
      architecture: model.config.architecture,
      fingerprint: model.fingerprint,
    },
    arrangement: options.arrangement,
    hiddenSize: width,
    segmentLengths: segments.map(({ length }) => length),
    e: stack(
      segments.map(({ e }) => e),
      width,
    ),
    m: stack(
      (sharedM ? segments.slice(0, 1) : segments).map(({ m }) => m),
      width,
    ),
    sharedM,
    storage: stored.storage,
    corrections: correctionsOf(stored),
    text: {
      sha256: hashText(text),
      utf8Bytes: Buffer.byteLength(text),
      deflatedBytes: deflateSync(text).length,
      patches: model.tokenizer.patches(text, [...tokens]),
    },
    training: {
      recipe: options.recipe,
      seed: options.seed,
      steps: segments.map(({ steps }) => steps),
      accuracy: scores.filter(({ target, predicted }) => target === predicted).length / tokens.length,
      device,
      version,
    },
  };
  const decoded = await decodeProto(model, sessions, file);
  if (decoded.text !== text) throw new Error('the finished file does not decode to the text');
  return file;
}

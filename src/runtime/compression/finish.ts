import { deflateSync } from 'node:zlib';
import { version } from '../../../package.json';
import { correctedText } from '../decoding/decode-proto.ts';
import { scoreOf, type TokenScore } from '../decoding/one-step.ts';
import { narrowToFloat16, widenFloat16 } from '../files/float16.ts';
import { hashText, type ProtoFile } from '../files/proto-file.ts';
import type { Model } from '../models/model.ts';
import type { DeviceName } from '../onnxruntime/device-names.ts';
import { layoutOf } from '../training/arrangement.ts';
import { Evaluator } from '../training/evaluator.ts';
import type { Sessions } from '../training/sessions.ts';
import type { SettledSegment } from './job.ts';
import type { CompressionOptions } from './options.ts';

/**
 * A token whose logit leads by less than this may come out otherwise on another device or processor, whose sums are
 * rounded in another order; it is corrected like a wrong one.
 */
const safeMargin = 1e-3;

export interface Unfinished {
  readonly model: Model;
  readonly device: DeviceName;
  readonly sessions: Sessions;
  readonly text: string;
  readonly tokens: Int32Array;
  readonly settled: readonly SettledSegment[];
  readonly options: CompressionOptions;
}

/** A file, and how the model sees the tokens of its text from its vectors as they are stored. */
export interface Finished {
  readonly file: ProtoFile;
  /** In the order of the text; undefined where nothing was trained, and all is corrected. */
  readonly scores: readonly (TokenScore | undefined)[];
  /** Of the forward pass over all segments. */
  readonly decodeSeconds: number;
}

interface Scored extends Pick<Finished, 'scores' | 'decodeSeconds'> {
  readonly segments: readonly SettledSegment[];
  readonly corrections: [number, number][];
}

/** One forward pass over all segments that were trained. What is untrained is corrected whole: no pass is spent on it. */
async function score(
  { model, sessions, tokens, options }: Unfinished,
  segments: readonly SettledSegment[],
): Promise<Scored> {
  const trained = segments.filter(({ outcome }) => outcome);
  const targets = trained.map(({ start, length, e, m }) => ({
    protoTokens: [e, m],
    layout: layoutOf(options.arrangement, length),
    tokens: tokens.slice(start, start + length),
  }));
  const evaluator = new Evaluator(model, sessions);
  const found = await evaluator.lookClosely(targets, scoreOf);
  const scores = new Array<TokenScore | undefined>(tokens.length).fill(undefined);
  for (const [i, { start }] of trained.entries())
    for (const [token, seen] of (found[i] ?? []).entries()) scores[start + token] = seen;
  const corrections = scores.flatMap((seen, position): [number, number][] =>
    seen && seen.margin > safeMargin ? [] : [[position, tokens[position] ?? 0]],
  );
  return { segments, scores, corrections, decodeSeconds: evaluator.secondsOfRuns };
}

/** Vectors rounded to 16 bits, as they would come back from a file. */
function rounded(segments: readonly SettledSegment[]): SettledSegment[] {
  const round = (vector: Float32Array): Float32Array => widenFloat16(narrowToFloat16(vector));
  return segments.map(segment => ({ ...segment, e: round(segment.e), m: round(segment.m) }));
}

/**
 * The vectors as they will be stored: narrow ones only when not one more token needs a correction for it. What training
 * found wrong needs one in any case, so that a second pass is seldom needed to know.
 */
async function chooseStorage(unfinished: Unfinished): Promise<Scored & { storage: 'F32' | 'F16' }> {
  const { settled, options } = unfinished;
  if (options.storage === 'F32') return { ...(await score(unfinished, settled)), storage: 'F32' };
  const narrow = await score(unfinished, rounded(settled));
  const wrong = settled.reduce((sum, { length, outcome }) => sum + length - (outcome?.correct ?? 0), 0);
  if (options.storage === 'F16' || narrow.corrections.length <= wrong) return { ...narrow, storage: 'F16' };
  const wide = await score(unfinished, settled);
  return narrow.corrections.length <= wide.corrections.length
    ? { ...narrow, storage: 'F16' }
    : { ...wide, storage: 'F32' };
}

function stack(vectors: readonly Float32Array[], width: number): Float32Array {
  const rows = new Float32Array(vectors.length * width);
  for (const [i, vector] of vectors.entries()) rows.set(vector, i * width);
  return rows;
}

/**
 * The file of a compressed text: its vectors as narrow as they may be, what they get wrong as corrections, what the
 * tokenizer loses as patches. Accuracy is that of the vectors as they are stored.
 *
 * @throws Error when the file does not decode to the exact text; it never leaves here then.
 */
export async function finish(unfinished: Unfinished): Promise<Finished> {
  const { model, device, text, tokens, options } = unfinished;
  const { segments, scores, corrections, storage, decodeSeconds } = await chooseStorage(unfinished);
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
    storage,
    corrections,
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
      accuracy: scores.filter(seen => seen?.target === seen?.predicted && seen).length / tokens.length,
      device,
      version,
    },
  };
  const emitted = Int32Array.from(scores, seen => seen?.predicted ?? -1);
  if (correctedText(model, file, emitted).text !== text)
    throw new Error('the finished file does not decode to the text');
  return { file, scores, decodeSeconds };
}

import { counted } from '../counted.ts';
import { UserError } from '../errors.ts';
import { mostTokens, type ProtoFile, sizesOf, writeProto } from '../files/proto-file.ts';
import type { Model } from '../models/model.ts';
import type { DeviceName } from '../onnxruntime/device-names.ts';
import type { CompressionProgress, CompressionSummary, JobProgress } from '../results/compression.ts';
import { positionsOf } from '../training/arrangement.ts';
import { Evaluator } from '../training/evaluator.ts';
import { recipeOf } from '../training/recipe.ts';
import type { Sessions } from '../training/sessions.ts';
import { startSpreads } from '../training/start.ts';
import type { Oracle } from '../work/item.ts';
import { type Finished, finish } from './finish.ts';
import { CompressionJob } from './job.ts';
import type { CompressionOptions } from './options.ts';
import { asStored } from './progress.ts';
import { beginningFrom } from './reuse.ts';

/** What a compression gives: the file, and how the model sees its text from it. */
export interface Compression extends Pick<Finished, 'scores' | 'decodeSeconds'> {
  /** The bytes of the .proto file. */
  readonly file: Uint8Array;
  readonly summary: CompressionSummary;
}

export interface CompressionRequest {
  readonly model: Model;
  readonly device: DeviceName;
  readonly sessions: Sessions;
  readonly text: string;
  readonly options: CompressionOptions;
  /** What evaluates candidates on the model; one of these sessions when left out. */
  readonly oracle?: Oracle | undefined;
  /** Path of a file in which the job is kept while it runs. The caller removes it once the result is safe. */
  readonly checkpoint?: string | undefined;
  /** Takes a sentence on a checkpoint that cannot be read or written; the job goes on all the same. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  /** A file of the same text, or of an earlier version of it, whose vectors are the start. */
  readonly continueFrom?: ProtoFile | undefined;
  /** Lets the caller look into the job while it runs. */
  readonly onStart?: (job: CompressionJob) => void;
  readonly cancelled: () => boolean;
  readonly onProgress: (progress: CompressionProgress) => void;
}

function checkText(model: Model, tokens: readonly number[], options: CompressionOptions): void {
  if (!tokens.length) throw new UserError('There is no text to compress; select some.');
  if (tokens.length > mostTokens)
    throw new UserError(
      `The text has ${counted(tokens.length, 'token')} and at most ${mostTokens} can be compressed at once; select a part of it.`,
    );
  const positions = positionsOf(options.arrangement, Math.min(options.segmentLength, tokens.length));
  if (positions > model.config.maximumPositions)
    throw new UserError(
      `A segment of ${counted(options.segmentLength, 'token')} needs ${positions} positions and ${model.id} has ${model.config.maximumPositions}; choose a shorter segment length.`,
    );
}

/** The pace of the tokens that came right so far, taken to go on: rough, but it needs no knowledge of the text. */
function secondsLeft({ tokens, correct }: JobProgress, seconds: number): number | undefined {
  return correct ? (seconds * (tokens - correct)) / correct : undefined;
}

/**
 * Text to .proto file: trains until every segment comes out right or has had its steps, then corrects what is left.
 * The file has been decoded, and gave the exact text, before it is returned.
 *
 * @throws UserError on a text that is empty or too long, or a segment longer than the model's positions.
 */
export async function compress(request: CompressionRequest): Promise<Compression> {
  const { model, device, sessions, text, options } = request;
  const ids = model.tokenizer.encode(text);
  checkText(model, ids, options);
  const tokens = Int32Array.from(ids);
  const beginning = request.continueFrom && (await beginningFrom(request.continueFrom, request, tokens));
  const { fingerprint, config } = model;
  const spreads = await startSpreads(recipeOf(options.recipe), options.arrangement, model, sessions);
  const oracle = request.oracle ?? new Evaluator(model, sessions);
  const segments = beginning?.segments;
  const job = await CompressionJob.open(
    { fingerprint, tokens, width: config.hiddenSize, spreads, options, oracle, segments },
    { checkpoint: request.checkpoint, onNotice: request.onNotice },
  );
  request.onStart?.(job);
  const cancelled = await job.run(request.cancelled, progress => {
    const { seconds } = job;
    request.onProgress({ ...progress, seconds, secondsLeft: secondsLeft(progress, seconds) });
  });
  const settled = job.result();
  const { file, scores, decodeSeconds } = await finish({ model, device, sessions, text, tokens, settled, options });
  const [told, stored] = [job.progress(), asStored(job.progress(), scores)];
  // Narrowed vectors may get another number right: whoever looked on is told the one that the file has.
  if (stored.correct !== told.correct) request.onProgress({ ...stored, seconds: job.seconds, secondsLeft: undefined });
  const bytes = writeProto(file);
  return {
    file: bytes,
    scores,
    decodeSeconds,
    summary: {
      tokens: tokens.length,
      segments: settled.length,
      accuracy: file.training.accuracy,
      corrections: file.corrections.length,
      patches: file.text.patches.length,
      steps: settled.map(({ steps }) => steps),
      evaluations: job.evaluations,
      seconds: job.seconds,
      sizes: sizesOf(bytes.length, file),
      storage: file.storage,
      device,
      cancelled,
      resumedAfterSeconds: job.earlierSeconds,
      keptSegments: beginning?.edited ? settled.filter(({ steps }) => steps === 1).length : null,
    },
  };
}

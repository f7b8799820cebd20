import { nearestTokens } from '../analysis/nearest-tokens.ts';
import type { CompressionJob } from '../compression/job.ts';
import { counted } from '../counted.ts';
import { checkModel, correctedText, placedSegments } from '../decoding/decode-proto.ts';
import { scoreEmitted, scoreTokens, type TokenScore } from '../decoding/one-step.ts';
import { surprisals } from '../decoding/surprisal.ts';
import { UserError } from '../errors.ts';
import { type ProtoFile, readProto, readProtoHead, sizesOf } from '../files/proto-file.ts';
import { beginningToken } from '../models/beginning-token.ts';
import type { Model } from '../models/model.ts';
import type { TextTokenizer } from '../models/tokenizer.ts';
import type { Inspection, Vectors } from '../results/compression.ts';
import type { ModelSummary } from '../results/models.ts';
import type {
  EvaluatedToken,
  ExplainedToken,
  Explanation,
  NearestTokens,
  NearToken,
  Surprisal,
  TextToken,
} from '../results/tokens.ts';
import type { RecipeName } from '../training/recipe-names.ts';
import type { Sessions } from '../training/sessions.ts';
import { memoryFor } from './model-memory.ts';
import type { LoadedModel } from './model-pool.ts';

/** What a look at a model needs of it. */
export interface Looked {
  readonly model: Model;
  readonly sessions: Sessions;
}

function explained(tokenizer: TextTokenizer, { target, predicted, nll, rank, top }: TokenScore): ExplainedToken {
  return {
    target,
    targetText: tokenizer.tokenText(target),
    predicted,
    predictedText: tokenizer.tokenText(predicted),
    nll,
    rank,
    top: top.map(likely => ({ ...likely, text: tokenizer.tokenText(likely.id) })),
  };
}

/** Tokens of a text with their scores; where there is none nothing is known of a token but what it should be. */
export function evaluatedTokens(
  tokenizer: TextTokenizer,
  located: readonly TextToken[],
  scores: readonly (TokenScore | undefined)[],
): EvaluatedToken[] {
  return located.map(({ id, text, start, end }, i) => {
    const score = scores[i];
    const unknown = { predicted: -1, predictedText: '', nll: Number.NaN, rank: 0, top: [] };
    return { ...(score ? explained(tokenizer, score) : { target: id, targetText: text, ...unknown }), start, end };
  });
}

/** What is to be known of a model that has been loaded. @param recipe with which something will be trained */
export async function summary(loaded: LoadedModel, recipe?: RecipeName): Promise<ModelSummary> {
  const { model, parameters, device, deviceReason, otherDevices } = loaded;
  const { id, revision, fingerprint, config } = model;
  return {
    id,
    revision,
    architecture: config.architecture,
    fingerprint,
    parameters,
    hiddenSize: config.hiddenSize,
    vocabularySize: config.vocabularySize,
    device,
    deviceReason,
    otherDevices,
    trains: loaded.plan.trains,
    ...(await memoryFor(loaded, recipe)),
  };
}

/** The tokens of a text and where they stand in it. */
export function tokenize({ tokenizer }: Model, text: string): TextToken[] {
  const ids = tokenizer.encode(text);
  const ranges = tokenizer.align(text, ids);
  return ids.map((id, i) => ({
    id,
    text: tokenizer.tokenText(id),
    start: ranges[i]?.start ?? 0,
    end: ranges[i]?.end ?? 0,
  }));
}

/** How the model sees the tokens of the segment around a position of a running job. */
export async function explain(
  { model, sessions }: Looked,
  job: CompressionJob,
  position: number,
): Promise<Explanation> {
  const { segment, candidate } = job.candidateAt(position);
  const [scores = []] = await scoreTokens(model, sessions, [candidate]);
  return { first: segment.start, tokens: scores.map(score => explained(model.tokenizer, score)) };
}

/**
 * How the model sees every token of a text from the vectors of a file.
 *
 * @param given what the vectors should emit; the file's own text when left out
 * @throws UserError when the file is of another model or the text of another length.
 */
export async function evaluate(
  { model, sessions }: Looked,
  file: ProtoFile,
  given: string | undefined,
  stop: () => boolean,
): Promise<EvaluatedToken[]> {
  checkModel(file, model);
  const placed = placedSegments(file);
  if (given === undefined) {
    const scores = await scoreEmitted(model, sessions, placed, new Map(file.corrections), stop);
    const { text } = correctedText(
      model,
      file,
      Int32Array.from(scores, ({ predicted }) => predicted),
    );
    return evaluatedTokens(model.tokenizer, tokenize(model, text), scores);
  }
  const located = tokenize(model, given);
  const room = file.segmentLengths.reduce((sum, length) => sum + length, 0);
  if (located.length !== room)
    throw new UserError(
      `The text has ${counted(located.length, 'token')} and the vectors are for ${room}; give the text that they were trained on.`,
    );
  let from = 0;
  const candidates = placed.map((segment, i) => {
    const tokens = Int32Array.from(located.slice(from, from + (file.segmentLengths[i] ?? 0)), ({ id }) => id);
    from += tokens.length;
    return { ...segment, tokens };
  });
  const scores = (await scoreTokens(model, sessions, candidates, stop)).flat();
  return evaluatedTokens(model.tokenizer, located, scores);
}

/** How much each token of a text surprises the frozen model. */
export async function surprisal({ model, sessions }: Looked, text: string, stop: () => boolean): Promise<Surprisal> {
  const tokens = Int32Array.from(model.tokenizer.encode(text));
  const beginning = await beginningToken(model);
  return {
    nll: await surprisals(model, sessions, tokens, beginning, { stop, few: true }),
    beginningToken: beginning === undefined ? null : model.tokenizer.tokenText(beginning),
  };
}

/** Nearest vocabulary tokens of every vector of a file. @throws UserError when the file is of another model. */
export async function nearest({ model, sessions }: Looked, file: ProtoFile, count: number): Promise<NearestTokens[]> {
  checkModel(file, model);
  const width = file.hiddenSize;
  const rows = (['e', 'm'] as const).flatMap(proto =>
    Array.from({ length: file[proto].length / width }, (_, row) => ({
      proto,
      row,
      vector: file[proto].subarray(row * width, (row + 1) * width),
    })),
  );
  const found = await nearestTokens(
    model,
    sessions,
    rows.map(({ vector }) => vector),
    count,
  );
  const named = (tokens: readonly { id: number; cosine: number; product: number }[]): NearToken[] =>
    tokens.map(token => ({ ...token, text: model.tokenizer.tokenText(token.id) }));
  return found.map(({ norm, byCosine, byProduct }, i) => ({
    proto: rows[i]?.proto ?? 'e',
    row: rows[i]?.row ?? 0,
    norm,
    byCosine: named(byCosine),
    byProduct: named(byProduct),
  }));
}

/** The vectors of a file as numbers. @throws UserError as `readProto`. */
export function vectors(bytes: Uint8Array, name: string): Vectors {
  const { hiddenSize, e, m } = readProto(bytes, name);
  return { hiddenSize, e, m };
}

/**
 * What a file says of itself, without its model.
 *
 * @param beginning of the file, its header included
 * @param size of the whole file, in bytes
 * @throws UserError as `readProto`.
 */
export function inspect(beginning: Uint8Array, size: number, name: string): Inspection {
  const file = readProtoHead(beginning, size, name);
  const { model, arrangement, hiddenSize, segmentLengths, sharedM, storage, corrections, text, training } = file;
  return {
    model,
    arrangement,
    hiddenSize,
    tokens: segmentLengths.reduce((sum, length) => sum + length, 0),
    segmentLengths,
    sharedM,
    storage,
    corrections: corrections.length,
    patches: text.patches.length,
    accuracy: training.accuracy,
    training,
    sizes: sizesOf(size, file),
  };
}

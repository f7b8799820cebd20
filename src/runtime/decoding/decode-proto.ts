import { UserError } from '../errors.ts';
import { hashText, type ProtoFile } from '../files/proto-file.ts';
import { applyPatches } from '../models/alignment.ts';
import type { Model } from '../models/model.ts';
import { type ArrangementName, isArrangementName, layoutOf, positionsOf } from '../training/arrangement.ts';
import type { Placed } from '../training/batch.ts';
import type { Sessions } from '../training/sessions.ts';
import { decodeOneStep } from './one-step.ts';

function arrangementOf({ arrangement }: ProtoFile): ArrangementName {
  if (isArrangementName(arrangement)) return arrangement;
  throw new UserError(
    `The file uses the arrangement "${arrangement}", which this version does not know; update Proto-Tokens.`,
  );
}

/** The proto-tokens of each segment of a file, and where they stand. */
export function placedSegments(file: ProtoFile): Placed[] {
  const { hiddenSize: width } = file;
  const arrangement = arrangementOf(file);
  const row = (vectors: Float32Array, index: number): Float32Array =>
    vectors.subarray(index * width, (index + 1) * width);
  return file.segmentLengths.map((length, i) => ({
    protoTokens: [row(file.e, i), row(file.m, file.sharedM ? 0 : i)],
    layout: layoutOf(arrangement, length),
  }));
}

/**
 * Positions that the longest segment of a file takes: they decide how much memory a forward pass takes.
 *
 * @throws UserError when the file was made with another model than this one, or could not be of it.
 */
export function checkModel(file: ProtoFile, model: Model): number {
  if (file.model.fingerprint !== model.fingerprint) {
    const revision = file.model.revision ? ` at revision ${file.model.revision}` : '';
    throw new UserError(
      `The file was made with the model ${file.model.id}${revision}, and ${model.id} at ${model.folder} is another one; choose the model that it was made with.`,
    );
  }
  const { hiddenSize, maximumPositions } = model.config;
  const arrangement = arrangementOf(file);
  const longest = file.segmentLengths.reduce((most, length) => Math.max(most, positionsOf(arrangement, length)), 0);
  if (file.hiddenSize !== hiddenSize || longest > maximumPositions)
    throw new UserError('The file is damaged (its sizes do not fit its model); restore it from a copy.');
  return longest;
}

/** The exact text of a file, and its tokens. */
export interface DecodedProto {
  readonly text: string;
  readonly tokens: Int32Array;
  /** What the forward pass gives by itself, before corrections. */
  readonly emitted: Int32Array;
}

/**
 * The exact text of a file: one forward pass, the file's corrections, and what the tokenizer could not carry.
 *
 * @throws UserError when the file is of another model, or the passes of this device differ so much from those of the
 *   device it was made on that the text would not be exact, or the file is damaged; Cancelled when it is told to stop.
 */
export async function decodeProto(
  model: Model,
  sessions: Sessions,
  file: ProtoFile,
  stop?: () => boolean,
): Promise<DecodedProto> {
  checkModel(file, model);
  const segments = await decodeOneStep(model, sessions, placedSegments(file), { stop, few: true });
  return correctedText(model, file, Int32Array.from(segments.flatMap(segment => [...segment])));
}

/**
 * The exact text of a file from what the forward pass of its vectors has given.
 *
 * @throws UserError when that is not what it was where the file was made.
 */
export function correctedText(model: Model, file: ProtoFile, emitted: Int32Array): DecodedProto {
  const tokens = Int32Array.from(emitted);
  for (const [position, token] of file.corrections) tokens[position] = token;
  const text = applyPatches(model.tokenizer.decode([...tokens]), file.text.patches);
  if (hashText(text) !== file.text.sha256)
    throw new UserError(
      `The exact text does not come out: this device computes other tokens than the one the file was made on (${file.training.device}), or the file is damaged; decode it there or with --device cpu, or restore it from a copy.`,
    );
  return { text, tokens, emitted };
}

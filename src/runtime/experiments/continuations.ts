import { dirname, join } from 'node:path';
import { z } from 'zod';
import { continuationsOf } from '../analysis/solutions/continuations.ts';
import type { Model } from '../models/model.ts';
import type { ContinuationWish } from '../operations/experiments.ts';
import type { Sessions } from '../training/sessions.ts';
import { contentKey } from '../work/content-key.ts';
import { Records } from '../work/records.ts';

/** Texts of an experiment, and what each of them continues. */
export interface WrittenTexts {
  readonly texts: readonly string[];
  readonly contexts?: readonly string[] | undefined;
}

/** The texts that the model has written, a line for each text that it has continued. */
const continuationsFile = (records: string): string => join(dirname(records), 'continuations.jsonl');

const recordSchema = z.object({ context: z.string(), continuations: z.array(z.string()).readonly() });
export type Continued = z.output<typeof recordSchema>;
const what = 'record of continuations';

/** Those that lie beside records, if any, which are left as they are. @throws UserError when they are something else. */
export const readContinuations = (records: string): Promise<Records<Continued>> =>
  Records.read(continuationsFile(records), recordSchema, what);

/** The same, to append to them. */
export const openContinuations = (records: string): Promise<Records<Continued>> =>
  Records.open(continuationsFile(records), recordSchema, what);

interface Request {
  readonly model: Model;
  readonly texts: readonly string[];
  readonly wish: ContinuationWish;
  /** Of the experiment; what the model writes is kept beside them. */
  readonly records: string;
}

/** How the model writes what is not there yet. */
interface Writing {
  readonly sessions: Sessions;
  readonly cancelled: () => boolean;
  /** Hears how many texts have been continued. */
  readonly onText: (done: number, all: number) => void;
}

const nameOf = (text: number): string => `text ${text + 1}`;

/**
 * Continuations that the model writes of the beginnings of texts. Each is written once, kept beside the records, and the same
 * for the same seed.
 *
 * @returns undefined when it was cancelled, or, without a way to write them, when one is not there yet
 * @throws UserError when a text does not give enough continuations.
 */
export async function writtenTexts(
  { model, texts, wish, records: path }: Request,
  writing?: Writing,
): Promise<WrittenTexts | undefined> {
  const { contexts: most, contextTokens, count, tokens, seed } = wish;
  const records = await (writing ? openContinuations(path) : readContinuations(path));
  const beginnings: { readonly index: number; readonly ids: number[] }[] = [];
  for (const [index, text] of texts.entries()) {
    if (beginnings.length === most) break;
    const [ids = []] = model.tokenizer.beginnings([text], contextTokens);
    if (ids.length) beginnings.push({ index, ids });
  }
  const found: { readonly text: string; readonly context: string }[] = [];
  for (const [done, { index, ids }] of beginnings.entries()) {
    const key = contentKey('continuations', model.fingerprint, ids, count, tokens, seed);
    const context = { title: nameOf(index), text: model.tokenizer.decode(ids) };
    let record = records.find(key);
    if (!record) {
      if (!writing || writing.cancelled()) return undefined;
      writing.onText(done, beginnings.length);
      const { sessions, cancelled } = writing;
      const written = await continuationsOf(model, sessions, context, { count, tokens, seed }, cancelled);
      if (cancelled()) return undefined;
      record = { context: context.text, continuations: written.map(({ text }) => text) };
      await records.append(key, record);
    }
    // A file may hold more than was written.
    for (const text of record.continuations.slice(0, count)) found.push({ text, context: context.title });
  }
  return { texts: found.map(({ text }) => text), contexts: found.map(({ context }) => context) };
}

/** As many tokens and contexts as there will be, for a plan. */
export function wishedTexts({ count, tokens, contexts }: ContinuationWish, texts: number) {
  const continued = Array.from({ length: Math.min(contexts, texts) }, (_, index) => nameOf(index));
  const named = continued.flatMap(context => Array.from({ length: count }, () => context));
  return { count: named.length, lengthOf: () => tokens, contexts: named };
}

// All of zod would be most of the extension's bundle.
import * as z from 'zod/mini';
import { deviceChoices, deviceNames } from '../../runtime/onnxruntime/device-names.ts';
import type { Moment } from '../protocol.ts';
import type { Job } from './job.ts';
import type { JobRecord, JobRequest } from './job-record.ts';

export const formatName = 'proto-tokens job';
export const formatVersion = 3;

const count = z.int().check(z.nonnegative());
const number = z.number();
const likely = z.object({ id: count, text: z.string(), nll: number });
const token = z.object({
  target: count,
  targetText: z.string(),
  predicted: count,
  predictedText: z.string(),
  nll: number,
  rank: count,
  top: z.array(likely),
  start: count,
  end: count,
});
const sizes = z.object({
  file: count,
  vectors: count,
  corrections: count,
  patches: count,
  header: count,
  text: count,
  deflated: count,
});
const summary = z.object({
  tokens: count,
  segments: count,
  accuracy: number,
  corrections: count,
  patches: count,
  steps: z.array(count),
  evaluations: count,
  seconds: number,
  sizes,
  storage: z.enum(['F32', 'F16']),
  device: z.enum(deviceNames),
  cancelled: z.boolean(),
  resumedAfterSeconds: number,
  keptSegments: z.nullable(count),
});

/** Of every job's file, whatever its kind. */
export const head = z.object({
  format: z.literal(formatName),
  version: count,
  kind: z.enum(['compression', 'solutions', 'connect', 'experiment']),
});
const stored = z.object({
  created: number,
  name: z.nullable(z.string()),
  request: z.object({
    id: z.uuid(),
    title: z.string(),
    text: z.string(),
    model: z.object({ folder: z.string(), device: z.enum(deviceChoices) }),
    choices: z.object({
      arrangement: z.string(),
      recipe: z.string(),
      segmentLength: count,
      budget: z.nullable(count),
      seed: count,
      sharedM: z.boolean(),
    }),
  }),
  source: z.nullable(z.object({ uri: z.string(), offset: count, length: count })),
  status: z.enum(['queued', 'running', 'cancelling', 'finished', 'cancelled', 'interrupted', 'failed']),
  problem: z.nullable(z.string()),
  summary: z.nullable(summary),
  decodeSeconds: number,
  saved: z.nullable(z.object({ uri: z.string(), name: z.string() })),
  wrong: z.array(z.object({ index: count, token })),
});

const segment = z.object({
  start: count,
  length: count,
  correct: count,
  steps: count,
  loss: z.nullable(number),
  state: z.enum(['waiting', 'training', 'settled']),
});
const moment = z.object({
  evaluations: count,
  seconds: number,
  secondsLeft: z.nullable(number),
  correct: count,
  loss: z.nullable(number),
  segments: z.array(segment),
  predicted: z.base64(),
  probability: z.base64(),
});

/** Where a text came from: the address of its document and its place there, in UTF-16 units. */
export interface StoredSource {
  readonly uri: string;
  readonly offset: number;
  readonly length: number;
}

/** A job as its files tell it. */
export interface StoredJob {
  readonly request: JobRequest;
  readonly source: StoredSource | null;
  readonly record: Omit<JobRecord, 'file' | 'moments'>;
}

/** All of a job but its bytes and moments, as JSON. */
export function writeJob(job: Job): string {
  const { id, title, text, model, choices } = job.request;
  const { name, created, status, problem, summary: result, decodeSeconds, saved, wrong } = job.toRecord();
  const { source } = job;
  const document: z.input<typeof stored> & z.input<typeof head> = {
    format: formatName,
    version: formatVersion,
    kind: 'compression',
    created,
    name,
    request: { id, title, text, model, choices: { ...choices, budget: choices.budget ?? null } },
    source: source ? { uri: source.uri.toString(), offset: source.offset, length: source.length } : null,
    status,
    problem,
    summary: result && { ...result, steps: [...result.steps] },
    decodeSeconds,
    saved,
    wrong: wrong.map(({ index, token: seen }) => ({ index, token: { ...seen, top: [...seen.top] } })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Undefined when it is no job, one of another version, or damaged. */
export function readJob(text: string): StoredJob | undefined {
  const json = parse(text);
  const known = head.safeParse(json);
  const parsed = stored.safeParse(json);
  if (!known.success || known.data.version !== formatVersion || !parsed.success) return undefined;
  const { source, request, ...record } = parsed.data;
  const { budget, ...choices } = request.choices;
  return { source, request: { ...request, choices: { ...choices, budget: budget ?? undefined } }, record };
}

/** A line of JSON for every moment; its arrays are base64 of little-endian 32-bit numbers, integers and floats. */
export function writeMoments(moments: readonly Moment[]): string {
  return moments
    .map(({ predicted, probability, ...rest }) => {
      const line = { ...rest, predicted: base64(predicted), probability: base64(probability) };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
}

/** The moments up to the first that is damaged. */
export function readMoments(text: string): Moment[] {
  const moments: Moment[] = [];
  for (const line of text.split('\n')) {
    const parsed = moment.safeParse(parse(line));
    if (!parsed.success) break;
    const predicted = new Int32Array(numbers(parsed.data.predicted));
    const probability = new Float32Array(numbers(parsed.data.probability));
    if (predicted.length !== probability.length) break;
    moments.push({ ...parsed.data, predicted, probability });
  }
  return moments;
}

/** Every machine that VS Code runs on is little-endian. */
function base64({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function numbers(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64');
  return new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 4))).buffer;
}

/** What JSON says; undefined when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

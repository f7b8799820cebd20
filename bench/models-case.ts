import { z } from 'zod';
import { compress } from '../src/runtime/compression/compress.ts';
import { compressionOptions } from '../src/runtime/compression/options.ts';
import { decodeProto } from '../src/runtime/decoding/decode-proto.ts';
import { extentOf, planFor } from '../src/runtime/engine/model-memory.ts';
import { UserError } from '../src/runtime/errors.ts';
import { readProto } from '../src/runtime/files/proto-file.ts';
import { openModel } from '../src/runtime/models/model.ts';
import { availableMemory } from '../src/runtime/onnxruntime/free-memory.ts';
import { memoryNeed } from '../src/runtime/onnxruntime/memory.ts';
import type { RecipeName } from '../src/runtime/training/recipe-names.ts';
import { Sessions } from '../src/runtime/training/sessions.ts';
import { TimedSessions, textOf } from './loading.ts';
import { processStatus } from './process-status.ts';
import { median, secondsOf } from './timing.ts';

export interface ModelsCase {
  readonly folder: string;
  /** Of the model, for messages. */
  readonly name: string;
  readonly tokens: number;
  readonly evaluations: number;
  readonly recipe: RecipeName;
  /** Bytes that the plan may count on; what is free when left out. */
  readonly free: number | undefined;
}

const refusal = z.object({ refused: z.string(), seconds: z.number() });
const use = z.object({
  prepared: z.boolean(),
  /** Bytes of memory as planned for this text. */
  planned: z.number(),
  open: z.number(),
  /** Seconds, of both sessions where there is a draft. */
  load: z.number(),
  evaluations: z.number(),
  /** Median seconds of an evaluation in float32. */
  evaluation: z.number(),
  /** The same in 8 bits; null where nothing was drafted. */
  drafted: z.number().nullable(),
  decode: z.number(),
  fileBytes: z.number(),
  /** Whether the decoded text is the text. */
  exact: z.boolean(),
  /** VmHWM in bytes: pages of the weights' file among it. */
  peak: z.number(),
});

/** What came of a model: why it was refused, or what it took. */
export const modelUse = z.union([refusal, use]);
export type ModelUse = z.output<typeof modelUse>;

/** Opens, plans, loads, trains for some evaluations, saves and decodes, as a compression does. */
export async function useModel({ folder, name, tokens, evaluations, recipe, free }: ModelsCase): Promise<ModelUse> {
  const start = performance.now();
  const model = await openModel(folder);
  const extent = extentOf(model.config, model.checkpoint);
  const open = (performance.now() - start) / 1000;
  let plan: ReturnType<typeof planFor>;
  try {
    plan = planFor(name, extent, 'cpu', true, free ?? availableMemory());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { refused: error.message, seconds: (performance.now() - start) / 1000 };
  }
  const sessions = new TimedSessions({ device: 'cpu', prepareWeights: plan.prepareWeights }, plan);
  const text = await textOf(model, tokens);
  let done = 0;
  const { file, summary } = await compress({
    model,
    device: 'cpu',
    sessions,
    text,
    // The last evaluation of a budget is in float32.
    options: compressionOptions.parse({ segmentLength: tokens, recipe, budget: evaluations }),
    // Random weights learn nothing, and what is wrong is corrected in the file: some evaluations show all that there is.
    cancelled: () => done >= evaluations,
    onProgress: progress => {
      done = progress.evaluations;
    },
  });
  await sessions.dispose();
  // As whoever opens the file later.
  const anew = new Sessions({ device: 'cpu', prepareWeights: plan.prepareWeights }, plan);
  let decoded = '';
  const decode = await secondsOf(async () => {
    decoded = (await decodeProto(model, anew, readProto(file, 'the file'))).text;
  });
  await anew.dispose();
  const { exact, drafted } = sessions;
  const work = { device: 'cpu', batch: 1, positions: tokens, prepared: plan.prepareWeights } as const;
  return {
    prepared: plan.prepareWeights,
    planned: memoryNeed(extent, { ...work, drafted: drafted.steps.length > 0 }).peak,
    open,
    load: exact.load + drafted.load,
    evaluations: summary.evaluations,
    evaluation: median(exact.steps),
    drafted: drafted.steps.length ? median(drafted.steps) : null,
    decode,
    fileBytes: file.length,
    exact: decoded === text,
    peak: ((await processStatus('VmHWM')) ?? 0) * 1024,
  };
}

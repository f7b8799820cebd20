import { compress as compressText } from '../../compression/compress.ts';
import type { CompressionJob } from '../../compression/job.ts';
import { checkModel, decodeProto } from '../../decoding/decode-proto.ts';
import { UserError } from '../../errors.ts';
import { readProto } from '../../files/proto-file.ts';
import { compress, decode, evaluate, explain, inspect, nearest, vectors } from '../../operations/compression.ts';
import { positionsOf } from '../../training/arrangement.ts';
import { type Handler, handler, withModel } from '../handler.ts';
import * as looks from '../looks.ts';
import type { ModelPool } from '../model-pool.ts';
import { note, noteLack } from './notes.ts';

/** What is done with one text and its .proto file. */
export function compressionHandlers(models: ModelPool): Handler[] {
  const jobs = new Map<string, looks.Looked & { readonly running: CompressionJob }>();
  return [
    handler(compress, async (request, call) => {
      const { job, text, options, checkpoint, continueFrom } = request;
      try {
        return await withModel(models, request, call, async loaded => {
          const { model, device, sessions } = loaded;
          await noteLack(loaded, options.recipe);
          const longest = Math.min(options.segmentLength, model.tokenizer.encode(text).length);
          sessions.checkLength(positionsOf(options.arrangement, longest), 'training');
          const kept = { checkpoint, onNotice: note };
          const { scores, ...result } = await compressText({
            ...kept,
            model,
            device,
            sessions,
            text,
            options,
            continueFrom: continueFrom && readProto(continueFrom, 'The file to begin from'),
            onStart: running => jobs.set(job, { model, sessions, running }),
            cancelled: () => call.signal.aborted,
            onProgress: call.report,
          });
          return { ...result, tokens: looks.evaluatedTokens(model.tokenizer, looks.tokenize(model, text), scores) };
        });
      } finally {
        jobs.delete(job);
      }
    }),
    handler(explain, ({ job, position }) => {
      const found = jobs.get(job);
      if (!found) throw new UserError('The job has not begun or is over.');
      return looks.explain(found, found.running, position);
    }),
    handler(decode, ({ file, name, ...request }, call) =>
      withModel(models, request, call, async ({ model, sessions }) => {
        const proto = readProto(file, name);
        sessions.checkLength(checkModel(proto, model), 'forward');
        // Loading is not what decoding costs.
        await sessions.forward(model, true);
        const start = performance.now();
        const { text, tokens } = await decodeProto(model, sessions, proto, () => call.signal.aborted);
        return { text, tokens: tokens.length, seconds: (performance.now() - start) / 1000 };
      }),
    ),
    handler(evaluate, ({ file, name, text, ...request }, call) =>
      withModel(models, request, call, loaded =>
        looks.evaluate(loaded, readProto(file, name), text, () => call.signal.aborted),
      ),
    ),
    handler(nearest, ({ file, name, count, ...request }, call) =>
      withModel(models, request, call, loaded => looks.nearest(loaded, readProto(file, name), count)),
    ),
    handler(vectors, ({ file, name }) => looks.vectors(file, name)),
    handler(inspect, ({ file, name, size }) => looks.inspect(file, size ?? file.length, name)),
  ];
}

import { type CancellationToken, type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import { compress } from '../compression/compress.ts';
import { compressionOptions } from '../compression/options.ts';
import { checkModel, decodeProto, placedSegments } from '../decoding/decode-proto.ts';
import { scoreTokens } from '../decoding/one-step.ts';
import { messageOf, UserError } from '../errors.ts';
import { readProto, sizesOf } from '../files/proto-file.ts';
import { ModelPool } from './model-pool.ts';
import * as protocol from './protocol.ts';

const userErrorCode = 1;
const faultCode = 2;
const millisecondsBetweenProgress = 100;

/** Errors cross the process boundary with whether the user can mend them. */
async function answer<T>(work: () => Promise<T>): Promise<T | ResponseError<protocol.EngineFailure>> {
  try {
    return await work();
  } catch (error) {
    const mendable = error instanceof UserError;
    const stack = error instanceof Error && !mendable ? error.stack : undefined;
    return new ResponseError(mendable ? userErrorCode : faultCode, messageOf(error), {
      mendable,
      ...(stack ? { stack } : {}),
    });
  }
}

/** Answers the requests of one client. All that computes runs here, one step at a time. */
export class EngineService {
  private readonly models = new ModelPool();
  private readonly watched = new Set<string>();

  constructor(private readonly connection: MessageConnection) {
    connection.onRequest(protocol.loadModel, request => answer(() => this.load(request)));
    connection.onRequest(protocol.compress, (request, token) => answer(() => this.compress(request, token)));
    connection.onRequest(protocol.decode, request => answer(() => this.decode(request)));
    connection.onRequest(protocol.evaluate, request => answer(() => this.evaluate(request)));
    connection.onRequest(protocol.inspect, ({ file, name }) => answer(() => Promise.resolve(inspect(file, name))));
    connection.onNotification(protocol.watch, ({ job, watched }) => {
      if (watched) this.watched.add(job);
      else this.watched.delete(job);
    });
  }

  private async load(request: protocol.ModelRequest): Promise<protocol.ModelSummary> {
    const { model, parameters, device, deviceReason, plan } = await this.models.get(request);
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
      packedWeights: plan.packWeights,
    };
  }

  private async compress(
    request: protocol.CompressRequest,
    token: CancellationToken,
  ): Promise<protocol.CompressResult> {
    const { job } = request;
    if (request.watched) this.watched.add(job);
    let nextProgress = 0;
    try {
      const { model, device, sessions } = await this.models.get(request);
      return await compress({
        model,
        device,
        sessions,
        text: request.text,
        options: compressionOptions.parse(request.options),
        checkpoint: request.checkpoint,
        cancelled: () => token.isCancellationRequested,
        onProgress: progress => {
          if (!this.watched.has(job) || performance.now() < nextProgress) return;
          nextProgress = performance.now() + millisecondsBetweenProgress;
          void this.connection.sendNotification(protocol.progress, { job, progress });
        },
      });
    } finally {
      this.watched.delete(job);
    }
  }

  private async decode(request: protocol.FileRequest): Promise<protocol.DecodeResult> {
    const file = readProto(request.file, request.name);
    const { model, sessions } = await this.models.get(request);
    // The first pass loads the graph; a second one is what decoding costs.
    await decodeProto(model, sessions, file);
    const start = performance.now();
    const { text, tokens } = await decodeProto(model, sessions, file);
    return { text, tokens: tokens.length, seconds: (performance.now() - start) / 1000 };
  }

  private async evaluate(request: protocol.EvaluateRequest): Promise<protocol.EvaluatedToken[]> {
    const file = readProto(request.file, request.name);
    const { model, sessions } = await this.models.get(request);
    checkModel(file, model);
    const text = request.text ?? (await decodeProto(model, sessions, file)).text;
    const ids = model.tokenizer.encode(text);
    const room = file.segmentLengths.reduce((sum, length) => sum + length, 0);
    if (ids.length !== room)
      throw new UserError(
        `The text has ${ids.length} tokens and the vectors are for ${room}; give the text that they were trained on.`,
      );
    const ranges = model.tokenizer.align(text, ids);
    let from = 0;
    const candidates = placedSegments(file).map((placed, i) => {
      const tokens = Int32Array.from(ids.slice(from, from + (file.segmentLengths[i] ?? 0)));
      from += tokens.length;
      return { ...placed, tokens };
    });
    const scores = (await scoreTokens(model, sessions, candidates)).flat();
    return scores.map(({ target, predicted, nll, rank }, i) => ({
      target,
      targetText: model.tokenizer.tokenText(target),
      predicted,
      predictedText: model.tokenizer.tokenText(predicted),
      nll,
      rank,
      start: ranges[i]?.start ?? 0,
      end: ranges[i]?.end ?? 0,
    }));
  }
}

function inspect(bytes: Uint8Array, name: string): protocol.Inspection {
  const file = readProto(bytes, name);
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
    sizes: { ...sizesOf(bytes, file) },
  };
}

import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { type CompressionProgress, compress } from '../compression/compress.ts';
import type { CompressionJob } from '../compression/job.ts';
import { parseChoices } from '../compression/options.ts';
import { decodeProto } from '../decoding/decode-proto.ts';
import { UserError } from '../errors.ts';
import { readProto } from '../files/proto-file.ts';
import { serveAnalysis } from './analysis-service.ts';
import { answer } from './answer.ts';
import * as looks from './looks.ts';
import { ModelPool } from './model-pool.ts';
import { ProgressReporter } from './progress-reporter.ts';
import * as protocol from './protocol.ts';

/** Answers the requests of one client. All that computes runs here, one step at a time. */
export class EngineService {
  private readonly models = new ModelPool();
  private readonly watched = new Set<string>();
  private readonly jobs = new Map<string, looks.Looked & { readonly running: CompressionJob }>();

  constructor(private readonly connection: MessageConnection) {
    const { models } = this;
    connection.onRequest(protocol.loadModel, request => answer(() => models.use(request, looks.summary)));
    connection.onRequest(protocol.compress, (request, token) => answer(() => this.compress(request, token)));
    connection.onRequest(protocol.explain, ({ job, position }) => answer(() => this.explain(job, position)));
    connection.onRequest(protocol.decode, request =>
      answer(() => models.use(request, loaded => decode(loaded, request))),
    );
    connection.onRequest(protocol.evaluate, request =>
      answer(() =>
        models.use(request, loaded => looks.evaluate(loaded, readProto(request.file, request.name), request.text)),
      ),
    );
    connection.onRequest(protocol.nearest, request =>
      answer(() =>
        models.use(request, loaded => looks.nearest(loaded, readProto(request.file, request.name), request.count)),
      ),
    );
    connection.onRequest(protocol.tokenize, request =>
      answer(() => models.use(request, ({ model }) => looks.tokenize(model, request.text))),
    );
    connection.onRequest(protocol.tokenTexts, request =>
      answer(() => models.use(request, ({ model }) => request.ids.map(id => model.tokenizer.tokenText(id)))),
    );
    connection.onRequest(protocol.vectors, ({ file, name }) => answer(() => looks.vectors(file, name)));
    connection.onRequest(protocol.inspect, ({ file, name }) => answer(() => looks.inspect(file, name)));
    connection.onNotification(protocol.watch, ({ job, watched }) => {
      if (watched) this.watched.add(job);
      else this.watched.delete(job);
    });
    serveAnalysis(connection, models);
  }

  private async compress(
    request: protocol.CompressRequest,
    token: CancellationToken,
  ): Promise<protocol.CompressResult> {
    const { job } = request;
    if (request.watched) this.watched.add(job);
    const reporter = new ProgressReporter<CompressionProgress>(record => {
      if (this.watched.has(job)) void this.connection.sendNotification(protocol.progress, { job, progress: record });
    });
    try {
      return await this.models.use(request, async ({ model, device, sessions }) => {
        const { file, summary, scores, decodeSeconds } = await compress({
          model,
          device,
          sessions,
          text: request.text,
          options: parseChoices(request.options),
          checkpoint: request.checkpoint,
          continueFrom: request.continueFrom && readProto(request.continueFrom, 'The file to begin from'),
          onStart: running => this.jobs.set(job, { model, sessions, running }),
          cancelled: () => token.isCancellationRequested,
          onProgress: record => reporter.report(record),
        });
        const tokens = looks.evaluatedTokens(model.tokenizer, looks.tokenize(model, request.text), scores);
        return { file, summary, tokens, decodeSeconds };
      });
    } finally {
      reporter.end();
      this.watched.delete(job);
      this.jobs.delete(job);
    }
  }

  private explain(job: string, position: number): Promise<protocol.Explanation> {
    const found = this.jobs.get(job);
    if (!found) throw new UserError('The job has not begun or is over.');
    return looks.explain(found, found.running, position);
  }
}

async function decode(
  { model, sessions }: looks.Looked,
  request: protocol.FileRequest,
): Promise<protocol.DecodeResult> {
  const file = readProto(request.file, request.name);
  // Loading is not what decoding costs.
  await sessions.forward(model);
  const start = performance.now();
  const { text, tokens } = await decodeProto(model, sessions, file);
  return { text, tokens: tokens.length, seconds: (performance.now() - start) / 1000 };
}

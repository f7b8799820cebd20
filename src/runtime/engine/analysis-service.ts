import type { CancellationToken, MessageConnection, NotificationType } from 'vscode-jsonrpc/node';
import { type ConnectProgress, connect } from '../analysis/connectivity/connect.ts';
import { decodePath } from '../analysis/connectivity/decode-path.ts';
import { connectOptions } from '../analysis/connectivity/options.ts';
import { lossSurface } from '../analysis/connectivity/surface.ts';
import { distanceOptions } from '../analysis/distances/options.ts';
import { distanceReport } from '../analysis/distances/report.ts';
import { probeOptions } from '../analysis/probe/options.ts';
import { probe } from '../analysis/probe/probe.ts';
import { continuationsOf } from '../analysis/solutions/continuations.ts';
import { findSolutions, type SolutionsProgress } from '../analysis/solutions/find-solutions.ts';
import { openSolutionFiles, openSolutions } from '../analysis/solutions/open-files.ts';
import { solutionOptions } from '../analysis/solutions/options.ts';
import { readSolutions, type SolvedText, writeSolutions } from '../files/solutions-file.ts';
import { parseOptions } from '../options.ts';
import * as protocol from './analysis-protocol.ts';
import { answer } from './answer.ts';
import type { LoadedModel, ModelPool } from './model-pool.ts';
import { ProgressReporter } from './progress-reporter.ts';

/** Answers the requests about the space of solutions. */
export function serveAnalysis(connection: MessageConnection, models: ModelPool): void {
  connection.onRequest(protocol.findSolutions, (request, token) =>
    answer(() =>
      models.use(request, loaded =>
        reporting(connection, protocol.solutionsProgress, request.job, report => find(loaded, request, token, report)),
      ),
    ),
  );
  connection.onRequest(protocol.gatherSolutions, request =>
    answer(() =>
      models.use(request, async ({ model, sessions }) =>
        writeSolutions(await openSolutionFiles(model, sessions, request.files)),
      ),
    ),
  );
  connection.onRequest(protocol.distances, ({ files, options, ...request }) =>
    answer(() =>
      models.use(request, async ({ model, sessions }) =>
        distanceReport(
          await openSolutionFiles(model, sessions, files),
          model.tokenizer,
          parseOptions(distanceOptions, options),
        ),
      ),
    ),
  );
  connection.onRequest(protocol.connect, (request, token) =>
    answer(() =>
      models.use(request, loaded =>
        reporting(connection, protocol.connectProgress, request.job, report => curves(loaded, request, token, report)),
      ),
    ),
  );
  connection.onRequest(protocol.lossSurface, (request, token) =>
    answer(() =>
      models.use(request, ({ model, sessions }) =>
        lossSurface(
          model,
          sessions,
          openSolutions(model, request),
          request.pair,
          request.points,
          () => token.isCancellationRequested,
        ),
      ),
    ),
  );
  connection.onRequest(protocol.decodePath, request =>
    answer(() =>
      models.use(request, ({ model, sessions }) =>
        decodePath(model, sessions, openSolutions(model, request), request.pair, request.path, request.ts),
      ),
    ),
  );
  connection.onRequest(protocol.probe, (request, token) =>
    answer(() =>
      models.use(request, ({ model, sessions }) =>
        probe(
          model,
          sessions,
          request,
          parseOptions(probeOptions, request.options),
          () => token.isCancellationRequested,
        ),
      ),
    ),
  );
  connection.onRequest(protocol.inspectSolutions, ({ file, name }) => answer(() => inspect(file, name)));
}

/** Does work whose progress is told to the client. */
async function reporting<Progress, R>(
  connection: MessageConnection,
  type: NotificationType<{ readonly job: string; readonly progress: Progress }>,
  job: string,
  work: (report: (progress: Progress) => void) => Promise<R>,
): Promise<R> {
  const reporter = new ProgressReporter<Progress>(progress => {
    void connection.sendNotification(type, { job, progress });
  });
  try {
    return await work(progress => reporter.report(progress));
  } finally {
    reporter.end();
  }
}

async function curves(
  { model, sessions }: LoadedModel,
  request: protocol.ConnectRequest,
  token: CancellationToken,
  onProgress: (progress: ConnectProgress) => void,
): Promise<protocol.ConnectResult> {
  const { set, report } = await connect({
    model,
    sessions,
    set: openSolutions(model, request),
    options: parseOptions(connectOptions, request.options),
    cancelled: () => token.isCancellationRequested,
    onProgress,
  });
  return { file: writeSolutions(set), report };
}

async function find(
  { model, sessions }: LoadedModel,
  { texts, continuations, options }: protocol.FindSolutionsRequest,
  token: CancellationToken,
  onProgress: (progress: SolutionsProgress) => void,
): Promise<protocol.FindSolutionsResult> {
  const chosen = parseOptions(solutionOptions, options);
  const cancelled = (): boolean => token.isCancellationRequested;
  const generated: SolvedText[] = [];
  for (const context of continuations?.contexts ?? []) {
    const { count = 0, tokens = 0 } = continuations ?? {};
    const wanted = { count, tokens, seed: chosen.seed };
    generated.push(...(await continuationsOf(model, sessions, context, wanted, cancelled)));
  }
  const { set, summary } = await findSolutions({
    model,
    sessions,
    texts: [...texts, ...generated],
    options: chosen,
    cancelled,
    onProgress,
  });
  return { file: writeSolutions(set), summary };
}

function inspect(file: Uint8Array, name: string): protocol.SolutionsInspection {
  const { solutions, curves: trained, ...set } = readSolutions(file, name);
  return {
    ...set,
    solutions: solutions.map(({ e, m, ...solution }) => solution),
    curves: trained.map(({ e, m, ...curve }) => curve),
  };
}

import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { distanceOptions } from '../analysis/distances/options.ts';
import { distanceReport } from '../analysis/distances/report.ts';
import { continuationsOf } from '../analysis/solutions/continuations.ts';
import { findSolutions, type SolutionsProgress } from '../analysis/solutions/find-solutions.ts';
import { openSolutionFiles } from '../analysis/solutions/open-files.ts';
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
      models.use(request, async loaded => {
        const reporter = new ProgressReporter<SolutionsProgress>(progress => {
          void connection.sendNotification(protocol.solutionsProgress, { job: request.job, progress });
        });
        try {
          return await find(loaded, request, token, record => reporter.report(record));
        } finally {
          reporter.end();
        }
      }),
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
  connection.onRequest(protocol.inspectSolutions, ({ file, name }) => answer(() => inspect(file, name)));
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
  const { solutions, ...set } = readSolutions(file, name);
  return { ...set, solutions: solutions.map(({ e, m, ...solution }) => solution) };
}

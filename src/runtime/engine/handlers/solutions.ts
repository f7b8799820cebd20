import { connect as connectSolutions } from '../../analysis/connectivity/connect.ts';
import { lossSurface as surfaceOf } from '../../analysis/connectivity/surface.ts';
import { distanceReport } from '../../analysis/distances/report.ts';
import { probe as probeSolution } from '../../analysis/probe/probe.ts';
import { continuationsOf } from '../../analysis/solutions/continuations.ts';
import { findSolutions as searchSolutions, tokensOf } from '../../analysis/solutions/find-solutions.ts';
import { openSolutionFiles, openSolutions } from '../../analysis/solutions/open-files.ts';
import { readSolutions, writeSolutions } from '../../files/solutions-file.ts';
import { readSolutionsHead } from '../../files/solutions-head.ts';
import { connect, distances, lossSurface, probe } from '../../operations/analyses.ts';
import { findSolutions, gatherSolutions, headOfSolutions, inspectSolutions } from '../../operations/solutions.ts';
import type { SolvedText } from '../../results/solutions.ts';
import { positionsOf } from '../../training/arrangement.ts';
import { type Handler, handler, withModel } from '../handler.ts';
import * as looks from '../looks.ts';
import type { ModelPool } from '../model-pool.ts';
import { note, noteLack } from './notes.ts';

/** What is done with many solutions: they are searched for, compared, connected and probed. */
export function solutionHandlers(models: ModelPool): Handler[] {
  return [
    handler(findSolutions, ({ texts, continuations, options, checkpoint, ...request }, call) =>
      withModel(models, request, call, async loaded => {
        const { model, sessions } = loaded;
        await noteLack(loaded, options.recipe);
        const cancelled = (): boolean => call.signal.aborted;
        // What cannot be trained is refused before the model is loaded to write other texts.
        for (const text of texts) {
          const { length } = tokensOf(model, text, options.arrangement);
          sessions.checkLength(positionsOf(options.arrangement, length), 'training');
        }
        const generated: SolvedText[] = [];
        for (const context of continuations?.contexts ?? []) {
          const { count = 0, tokens = 0 } = continuations ?? {};
          const wanted = { count, tokens, seed: options.seed };
          generated.push(...(await continuationsOf(model, sessions, context, wanted, cancelled)));
        }
        const all = [...texts, ...generated];
        const kept = { checkpoint, onNotice: note };
        const searched = { model, sessions, texts: all, options, ...kept, cancelled, onProgress: call.report };
        const { set, summary } = await searchSolutions(searched);
        return { file: writeSolutions(set), summary };
      }),
    ),
    handler(gatherSolutions, ({ files, ...request }, call) =>
      withModel(models, request, call, async ({ model, sessions }) =>
        writeSolutions(await openSolutionFiles(model, sessions, files)),
      ),
    ),
    handler(headOfSolutions, ({ beginning }) => readSolutionsHead(beginning) ?? null),
    handler(inspectSolutions, ({ file, name }) => {
      const { solutions, curves, ...set } = readSolutions(file, name);
      return {
        ...set,
        solutions: solutions.map(({ e, m, ...solution }) => solution),
        curves: curves.map(({ e, m, ...curve }) => curve),
      };
    }),
    handler(distances, ({ files, options, ...request }, call) =>
      withModel(models, request, call, async ({ model, sessions }) =>
        distanceReport(await openSolutionFiles(model, sessions, files), model.tokenizer, options),
      ),
    ),
    handler(connect, ({ file, name, options, checkpoint, ...request }, call) =>
      withModel(models, request, call, async ({ model, sessions }) => {
        const set = openSolutions(model, { file, name });
        const cancelled = (): boolean => call.signal.aborted;
        const kept = { checkpoint, onNotice: note };
        const trained = { model, sessions, set, options, ...kept, cancelled, onProgress: call.report };
        const connected = await connectSolutions(trained);
        return {
          curves: connected.set.curves.filter(curve => !set.curves.includes(curve)),
          report: connected.report,
          targets: set.texts.map(({ text }) =>
            looks.tokenize(model, text).map(({ id, text: token }) => ({ id, text: token })),
          ),
        };
      }),
    ),
    handler(lossSurface, ({ file, name, pair, points, ...request }, call) =>
      withModel(models, request, call, ({ model, sessions }) =>
        surfaceOf(
          model,
          sessions,
          openSolutions(model, { file, name }),
          pair,
          points,
          () => call.signal.aborted,
          share => call.report({ share }),
        ),
      ),
    ),
    handler(probe, ({ file, name, options, ...request }, call) =>
      withModel(models, request, call, ({ model, sessions }) =>
        probeSolution(
          model,
          sessions,
          { file, name },
          options,
          () => call.signal.aborted,
          share => call.report({ share }),
        ),
      ),
    ),
  ];
}

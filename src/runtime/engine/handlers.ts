import { connect as connectSolutions } from '../analysis/connectivity/connect.ts';
import { lossSurface as surfaceOf } from '../analysis/connectivity/surface.ts';
import { distanceReport } from '../analysis/distances/report.ts';
import { probe as probeSolution } from '../analysis/probe/probe.ts';
import { continuationsOf } from '../analysis/solutions/continuations.ts';
import { findSolutions as searchSolutions, tokensOf } from '../analysis/solutions/find-solutions.ts';
import { openSolutionFiles, openSolutions } from '../analysis/solutions/open-files.ts';
import { compress as compressText } from '../compression/compress.ts';
import type { CompressionJob } from '../compression/job.ts';
import { checkModel, decodeProto } from '../decoding/decode-proto.ts';
import { UserError } from '../errors.ts';
import { cellSchema } from '../experiments/cell.ts';
import { CellComputer } from '../experiments/cell-computer.ts';
import { experimentOf, experiments } from '../experiments/index.ts';
import {
  lacksTexts,
  planOf,
  type RecordsRequest,
  reportRecords,
  runExperiment as runCells,
  writeTexts,
} from '../experiments/run.ts';
import { Planner } from '../experiments/wanted.ts';
import { readProto } from '../files/proto-file.ts';
import { readSolutions, writeSolutions } from '../files/solutions-file.ts';
import { readSolutionsHead } from '../files/solutions-head.ts';
import { diagnoseDevices } from '../onnxruntime/device-probe.ts';
import { connect, distances, lossSurface, probe } from '../operations/analyses.ts';
import { compress, decode, evaluate, explain, inspect, nearest, vectors } from '../operations/compression.ts';
import {
  computeCells,
  listExperiments,
  planExperiment,
  reportExperiment,
  runExperiment,
  wantedCells,
} from '../operations/experiments.ts';
import { bestDevice, diagnose, loadModel, openModel, surprisal, tokenize, tokenTexts } from '../operations/models.ts';
import type { ModelRequest } from '../operations/operation.ts';
import { findSolutions, gatherSolutions, headOfSolutions, inspectSolutions } from '../operations/solutions.ts';
import type { SolvedText } from '../results/solutions.ts';
import { positionsOf } from '../training/arrangement.ts';
import type { RecipeName } from '../training/recipe-names.ts';
import { type Call, type Handler, handler, withModel } from './handler.ts';
import { hubHandlers } from './hub-handlers.ts';
import * as looks from './looks.ts';
import { memoryFor } from './model-memory.ts';
import { type LoadedModel, ModelPool } from './model-pool.ts';

/** What does every operation, with one pool of models for all of them. */
export function handlers(models = new ModelPool()): Handler[] {
  return [
    ...modelHandlers(models),
    ...compressionHandlers(models),
    ...solutionHandlers(models),
    ...experimentHandlers(models),
    ...hubHandlers(),
  ];
}

/** What is worth a line in the log of whoever started the engine. */
const note = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

/** Notes what a recipe has to do without for want of memory; the rest has been noted when the model was opened. */
function noteMemory(loaded: LoadedModel, recipe: RecipeName): void {
  const { memoryRemark } = memoryFor(loaded, recipe);
  if (memoryRemark !== null && memoryRemark !== loaded.plan.remark) note(memoryRemark);
}

type Use = <R>(request: ModelRequest, call: Call<never>, work: (loaded: LoadedModel) => Promise<R> | R) => Promise<R>;
const using =
  (models: ModelPool): Use =>
  (request, call, work) =>
    withModel(models, request, call, work);

function modelHandlers(models: ModelPool): Handler[] {
  return [
    handler(diagnose, () => diagnoseDevices()),
    handler(bestDevice, ({ anew }) => models.bestDevice(anew)),
    handler(openModel, ({ alone, ...request }) =>
      models.use(request, loaded => looks.summary(loaded), { alone, looks: true }),
    ),
    handler(loadModel, ({ alone, recipe, ...request }) =>
      models.use(request, loaded => looks.summary(loaded, recipe), { alone }),
    ),
    handler(tokenize, ({ text, folder }) => models.read(folder, model => looks.tokenize(model, text))),
    handler(tokenTexts, ({ ids, folder }) =>
      models.read(folder, ({ tokenizer }) => ids.map(id => tokenizer.tokenText(id))),
    ),
    handler(surprisal, ({ text, ...request }, call) =>
      withModel(models, request, call, loaded => looks.surprisal(loaded, text, () => call.signal.aborted)),
    ),
  ];
}

function compressionHandlers(models: ModelPool): Handler[] {
  const use = using(models);
  const jobs = new Map<string, looks.Looked & { readonly running: CompressionJob }>();
  return [
    handler(compress, async (request, call) => {
      const { job, text, options, checkpoint, continueFrom } = request;
      try {
        return await use(request, call, async loaded => {
          const { model, device, sessions } = loaded;
          noteMemory(loaded, options.recipe);
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
      use(request, call, async ({ model, sessions }) => {
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
      use(request, call, loaded => looks.evaluate(loaded, readProto(file, name), text, () => call.signal.aborted)),
    ),
    handler(nearest, ({ file, name, count, ...request }, call) =>
      use(request, call, loaded => looks.nearest(loaded, readProto(file, name), count)),
    ),
    handler(vectors, ({ file, name }) => looks.vectors(file, name)),
    handler(inspect, ({ file, name, size }) => looks.inspect(file, size ?? file.length, name)),
  ];
}

function solutionHandlers(models: ModelPool): Handler[] {
  const use = using(models);
  return [
    handler(findSolutions, ({ texts, continuations, options, checkpoint, ...request }, call) =>
      use(request, call, async loaded => {
        const { model, sessions } = loaded;
        noteMemory(loaded, options.recipe);
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
      use(request, call, async ({ model, sessions }) =>
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
      use(request, call, async ({ model, sessions }) =>
        distanceReport(await openSolutionFiles(model, sessions, files), model.tokenizer, options),
      ),
    ),
    handler(connect, ({ file, name, options, checkpoint, ...request }, call) =>
      use(request, call, async ({ model, sessions }) => {
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
      use(request, call, ({ model, sessions }) =>
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
      use(request, call, ({ model, sessions }) =>
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

function experimentHandlers(models: ModelPool): Handler[] {
  const use = using(models);
  const computer = new CellComputer();
  const planner = new Planner();
  /** The model is loaded only where it has to write texts first. */
  const haveTexts = async (
    asked: Omit<RecordsRequest, 'model'>,
    request: ModelRequest,
    call: Call<never>,
  ): Promise<void> => {
    if (await models.read(request.folder, model => lacksTexts({ ...asked, model })))
      await use(request, call, ({ model, sessions }) =>
        writeTexts({ ...asked, model }, sessions, () => call.signal.aborted),
      );
  };
  return [
    handler(listExperiments, () =>
      experiments.map(({ name, summary, paper, settings }) => ({
        ...{ name, summary, paper, settings: Object.keys(settings.shape) },
      })),
    ),
    handler(planExperiment, ({ folder, name, preset, settings, texts, continuations }) =>
      models.read(folder, ({ tokenizer }) =>
        planOf(experimentOf(name).choose(preset, settings), tokenizer, texts, continuations),
      ),
    ),
    handler(runExperiment, ({ name, preset, settings, texts, continuations, records, shard, live, ...request }, call) =>
      use(request, call, async ({ model, sessions }) => {
        const experiment = experimentOf(name).choose(preset, settings);
        const run = { experiment, model, sessions, texts, continuations, records, shard, live, onNotice: note };
        const cancelled = await runCells({ ...run, cancelled: () => call.signal.aborted, onProgress: call.report });
        return { cancelled, ...(await reportRecords(run)) };
      }),
    ),
    handler(
      reportExperiment,
      async ({ name, preset, settings, texts, continuations, records, shard, ...request }, call) => {
        const asked = { experiment: experimentOf(name).choose(preset, settings), texts, continuations, records, shard };
        await haveTexts(asked, request, call);
        return {
          cancelled: false,
          ...(await models.read(request.folder, model => reportRecords({ ...asked, model }))),
        };
      },
    ),
    handler(wantedCells, async ({ name, preset, settings, texts, continuations, records, ...request }, call) => {
      const asked = { experiment: experimentOf(name).choose(preset, settings), texts, continuations, records };
      await haveTexts(asked, request, call);
      return await models.read(request.folder, model => planner.wanted({ ...asked, model }));
    }),
    handler(computeCells, ({ tokens, cells, ...request }, call) =>
      use(request, call, ({ model, sessions }) => {
        const checked = cells.map(cell => cellSchema.parse(cell));
        return computer.compute({ model, sessions, tokens, cells: checked, cancelled: () => call.signal.aborted });
      }),
    ),
  ];
}

import { cellSchema } from '../../experiments/cell.ts';
import { CellComputer } from '../../experiments/cell-computer.ts';
import { experimentOf, experiments } from '../../experiments/index.ts';
import {
  lacksTexts,
  planOf,
  type RecordsRequest,
  reportRecords,
  runExperiment as runCells,
  writeTexts,
} from '../../experiments/run.ts';
import { Planner } from '../../experiments/wanted.ts';
import {
  computeCells,
  listExperiments,
  planExperiment,
  reportExperiment,
  runExperiment,
  wantedCells,
} from '../../operations/experiments.ts';
import type { ModelRequest } from '../../operations/operation.ts';
import { type Call, type Handler, handler, withModel } from '../handler.ts';
import type { ModelPool } from '../model-pool.ts';
import { note } from './notes.ts';

/** What is done with the experiments of the paper. */
export function experimentHandlers(models: ModelPool): Handler[] {
  const computer = new CellComputer();
  const planner = new Planner();
  /** The model is loaded only where it has to write texts first. */
  const haveTexts = async (
    asked: Omit<RecordsRequest, 'model'>,
    request: ModelRequest,
    call: Call<never>,
  ): Promise<void> => {
    if (await models.read(request.folder, model => lacksTexts({ ...asked, model })))
      await withModel(models, request, call, ({ model, sessions }) =>
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
      withModel(models, request, call, async ({ model, sessions }) => {
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
      withModel(models, request, call, ({ model, sessions }) => {
        const checked = cells.map(cell => cellSchema.parse(cell));
        return computer.compute({ model, sessions, tokens, cells: checked, cancelled: () => call.signal.aborted });
      }),
    ),
  ];
}

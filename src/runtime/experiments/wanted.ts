import { Records } from '../work/records.ts';
import type { WantedCell } from './batches.ts';
import { type Cell, isComplete, outcomeSchema } from './cell.ts';
import { cellsOn } from './cell-kinds.ts';
import type { Lookup } from './experiment.ts';
import { Ground } from './ground.ts';
import { type RecordsRequest, textsOf } from './run.ts';

/** What an experiment wants next, and how it stands. */
export interface Wanted {
  /** Cells of the first stage that is not over; none when all are. */
  readonly wanted: readonly WantedCell[];
  /** Cells that are over, and all that are planned as far as is known. */
  readonly done: number;
  readonly cells: number;
  /** Tokens of each text that are read. */
  readonly tokens: readonly Int32Array[];
}

/** Plans what is to be computed next elsewhere, on texts that are there; no weights of the model are loaded for that. */
export async function wantedCells(request: RecordsRequest): Promise<Wanted> {
  const { experiment, model, records: path } = request;
  const { texts, contexts } = (await textsOf(request, undefined)) ?? { texts: [] };
  const ground = new Ground(model, texts);
  const records = await Records.open(path, outcomeSchema, 'record of an experiment');
  const found: Lookup = cell => records.find(ground.keyOf(cell));
  const { size } = cellsOn(ground);
  const distinct = (cells: readonly Cell[]): Map<string, Cell> =>
    new Map(cells.map(cell => [ground.keyOf(cell), cell] as const));
  const stages = experiment.stages(ground.readTexts(contexts)).map(stage => distinct(stage(found)));
  const planned = new Set(stages.flatMap(stage => [...stage.keys()]));
  const left = stages.map(stage => [...stage].filter(([key, cell]) => !records.find(key) && isComplete(cell)));
  const next = left.find(stage => stage.length) ?? [];
  return {
    wanted: next.map(([key, cell]) => ({ key, cell, size: size(cell) })),
    done: [...planned].filter(key => records.find(key)).length,
    cells: planned.size,
    tokens: ground.texts,
  };
}

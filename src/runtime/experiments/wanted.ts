import type { Model } from '../models/model.ts';
import { contentKey } from '../work/content-key.ts';
import { Records } from '../work/records.ts';
import type { WantedCell } from './batches.ts';
import { type Cell, type CellOutcome, isComplete, outcomeSchema } from './cell.ts';
import { cellsOn } from './cell-kinds.ts';
import type { ReadTexts } from './experiment.ts';
import { Ground } from './ground.ts';
import { type RecordsRequest, textsOf } from './run.ts';

/** What an experiment wants next, and how it stands. */
export interface Wanted {
  /** Cells of the first stage that is not over; none when all are. */
  readonly wanted: readonly WantedCell[];
  /** Cells that are over, and all that are planned as far as is known. */
  readonly done: number;
  readonly cells: number;
  /** Tokens of the texts that the wanted cells name, each in its place; none in the others' places. */
  readonly tokens: readonly Int32Array[];
}

function tokensFor(wanted: readonly WantedCell[], ground: Ground): Int32Array[] {
  const used = new Set(wanted.flatMap(({ cell }) => cell.texts));
  return Array.from({ length: Math.max(-1, ...used) + 1 }, (_, text) =>
    used.has(text) ? ground.prefix(text) : new Int32Array(),
  );
}

/** The texts and records that an experiment is planned on. */
interface Known {
  /** Of what was asked for. */
  readonly key: string;
  readonly ground: Ground;
  readonly texts: ReadTexts;
  readonly records: Records<CellOutcome>;
}

/**
 * Plans what is to be computed next elsewhere, on texts that are there; no weights of the model are loaded for that. Texts and
 * records are read once, and then what has been appended to the records since.
 */
export class Planner {
  private readonly known = new WeakMap<Model, Known>();

  /** @throws UserError when the records are a file of something else. */
  async wanted(request: RecordsRequest): Promise<Wanted> {
    const { ground, texts, records } = await this.knownOf(request);
    const { size } = cellsOn(ground);
    const planned = new Set<string>();
    const next: WantedCell[] = [];
    for (const stage of request.experiment.stages(texts)) {
      const cells = new Map<string, Cell>();
      for (const cell of stage(asked => records.find(ground.keyOf(asked)))) cells.set(ground.keyOf(cell), cell);
      for (const key of cells.keys()) planned.add(key);
      if (next.length) continue;
      for (const [key, cell] of cells)
        if (!records.find(key) && isComplete(cell)) next.push({ key, cell, size: size(cell) });
    }
    let done = 0;
    for (const key of planned) if (records.find(key)) done++;
    return { wanted: next, done, cells: planned.size, tokens: tokensFor(next, ground) };
  }

  private async knownOf(request: RecordsRequest): Promise<Known> {
    const { model, records: path, texts: given, continuations, experiment } = request;
    const key = contentKey(path, given, continuations ?? null, experiment.continuations ?? null);
    const known = this.known.get(model);
    if (known?.key === key) {
      await known.records.readMore();
      return known;
    }
    const written = (await textsOf(request, undefined)) ?? { texts: [] };
    const ground = Ground.of(model, written.texts);
    const texts = ground.readTexts(written.contexts);
    const records = await Records.read(path, outcomeSchema, 'record of an experiment');
    const fresh = { key, ground, texts, records };
    this.known.set(model, fresh);
    return fresh;
  }
}

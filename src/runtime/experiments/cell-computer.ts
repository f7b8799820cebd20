import { UserError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { Sessions } from '../training/sessions.ts';
import { contentKey } from '../work/content-key.ts';
import { type Cell, type CellOutcome, outcomeSchema } from './cell.ts';
import { computeCells } from './compute.ts';
import { Ground } from './ground.ts';
import { TextTokens } from './text-tokens.ts';

interface CellsToCompute {
  readonly model: Model;
  readonly sessions: Sessions;
  /** Of each text that a cell names, in its place; those of others may be missing. */
  readonly tokens: readonly Int32Array[];
  readonly cells: readonly Cell[];
  readonly cancelled: () => boolean;
}

/** Computes cells for others. What has to be known of model and texts beforehand is kept for the cells that follow. */
export class CellComputer {
  private readonly grounds = new WeakMap<Model, { readonly key: string; readonly ground: Ground }>();

  /** @returns the outcome of each cell with its key; of those that are over, when it is cancelled */
  async compute(asked: CellsToCompute): Promise<{ readonly key: string; readonly outcome: CellOutcome }[]> {
    const { model, sessions, cells, cancelled } = asked;
    const ground = this.groundOf(asked);
    const outcomes = new Map<string, CellOutcome>();
    const keep = (outcome: CellOutcome): Promise<void> => {
      outcomes.set(ground.keyOf(outcome), outcomeSchema.parse(outcome));
      return Promise.resolve();
    };
    const found = (cell: Cell): CellOutcome | undefined => outcomes.get(ground.keyOf(cell));
    await computeCells(cells, { ground, model, sessions, found, keep, cancelled, onRound: () => undefined });
    return [...outcomes].map(([key, outcome]) => ({ key, outcome }));
  }

  private groundOf({ model, tokens }: CellsToCompute): Ground {
    const key = contentKey(tokens);
    const known = this.grounds.get(model);
    if (known?.key === key) return known.ground;
    const { vocabularySize } = model.config;
    if (tokens.some(ids => ids.some(id => id < 0 || id >= vocabularySize)))
      throw new UserError(
        `The texts of the cells have tokens that ${model.id} does not have; put them in the queue again with this model.`,
      );
    const ground = new Ground(model, TextTokens.read(tokens));
    this.grounds.set(model, { key, ground });
    return ground;
  }
}

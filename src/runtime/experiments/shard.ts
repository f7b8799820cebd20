import { UserError } from '../errors.ts';
import { contentKey } from '../work/content-key.ts';
import type { Cell } from './cell.ts';

/** A part of an experiment's cells: one of `count`, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** "2/3" -> the second shard of three. @throws UserError when it is something else. */
export function parseShard(text: string): Shard {
  const [, index = Number.NaN, count = Number.NaN] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count) return { index, count };
  throw new UserError(`The shard must be I/N with I from 1 to N, such as 1/3, and is ${text}.`);
}

export const shardName = ({ index, count }: Shard): string => `${index}/${count}`;

/**
 * Whether a cell belongs to a shard. Cells of a text that differ in their lengths stay together, and so do those of single
 * texts that differ in their seeds: later stages are planned from what earlier ones have shown, and a shard knows its own
 * only. It depends on the cell alone, so that an extended experiment leaves every cell where it was.
 */
export function isInShard({ index, count }: Shard, cell: Cell): boolean {
  const { texts, arrangement, shared, memory, recipe, seed } = cell;
  const [first = 0] = texts;
  const name = `${arrangement} ${shared} ${memory} ${recipe} ${texts.length === 1 ? '' : `${texts.length} ${seed}`}`;
  const beginning = beginnings.get(name) ?? firstShardOf(cell);
  beginnings.set(name, beginning);
  const group = Math.floor(first / texts.length);
  return (beginning + group) % count === index - 1;
}

/** Where the groups of texts that are computed in one way begin: kept, for a plan asks for it with every cell. */
const beginnings = new Map<string, number>();

function firstShardOf({ texts, arrangement, shared, memory, recipe, seed }: Cell): number {
  const way = contentKey(arrangement, shared, memory, recipe, texts.length === 1 ? undefined : [texts.length, seed]);
  return Number.parseInt(way.slice(0, 8), 16);
}

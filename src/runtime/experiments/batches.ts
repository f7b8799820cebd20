import type { Cell } from './cell.ts';

/** A cell that is wanted. */
export interface WantedCell {
  readonly key: string;
  readonly cell: Cell;
  /** Input positions that its candidates take together; infinite for one that is computed by itself. */
  readonly size: number;
}

/**
 * Wanted cells in batches of one shape, in their order, each of as many as train side by side.
 *
 * @param positions that train side by side
 * @param parts number of batches of each shape, at the least, as far as there are cells: so many machines share them
 */
export function batchesOf(cells: readonly WantedCell[], positions: number, parts: number): WantedCell[][] {
  const shapes = new Map<string, WantedCell[]>();
  for (const wanted of cells) {
    const { length, memory, texts } = wanted.cell;
    const shape = JSON.stringify([length, memory, texts.length, wanted.size]);
    const alike = shapes.get(shape) ?? [];
    alike.push(wanted);
    shapes.set(shape, alike);
  }
  return [...shapes.values()].flatMap(alike => {
    const most = Math.floor(positions / (alike[0]?.size ?? 1));
    const count = Math.max(1, Math.min(most, Math.ceil(alike.length / parts)));
    return Array.from({ length: Math.ceil(alike.length / count) }, (_, i) => alike.slice(i * count, (i + 1) * count));
  });
}

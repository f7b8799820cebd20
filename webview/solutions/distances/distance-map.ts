import type { DistanceReport } from '../../../src/runtime/results/distances.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import type { Cell } from '../../charts/heatmap.ts';
import type { CellGroup, Heatmap } from '../../charts/heatmap-data.ts';
import { precise } from '../../format.ts';
import { t } from '../../strings.ts';
import { kindName, kindOf, solutionName, textTitle } from '../data/names.ts';

/** Name of a measure with its unit. */
export const measureName = ({ measure }: Pick<DistanceReport, 'measure'>): string =>
  measure === 'cosine' ? t('cosine distance') : t('Euclidean distance');

/** Solutions of one text that stand side by side. */
function runs({ solutions, order }: DistanceReport, name: (text: number) => string): readonly CellGroup[] {
  const groups: { start: number; length: number; label: string; text: number }[] = [];
  for (const [i, index] of order.entries()) {
    const text = solutions[index]?.text ?? 0;
    const last = groups.at(-1);
    if (last?.text === text) last.length++;
    else groups.push({ start: i, length: 1, label: name(text), text });
  }
  return groups;
}

/** All pairs as cells. The diagonal stays empty: a zero there would take the colours from all that is of interest. */
export function distanceMap(view: DistanceReport, file: SolutionsDocument): Heatmap {
  const { distances, order, groups } = view;
  const n = order.length;
  const values = new Float32Array(n * n);
  for (const [i, a] of order.entries()) {
    for (const [j, b] of order.entries()) values[i * n + j] = distances[a * n + b] ?? Number.NaN;
    values[i * n + i] = Number.NaN;
  }
  return {
    rows: n,
    columns: n,
    values,
    range: [Math.min(...groups.map(({ least }) => least)), Math.max(...groups.map(({ greatest }) => greatest))],
    unit: t('distance'),
    x: { title: '', groups: runs(view, text => String(text + 1)), ticks: [] },
    y: {
      title: '',
      groups: runs(view, text => `${text + 1} · ${textTitle(file, text)}`),
      ticks: [],
      names: order.map(index => {
        const seed = view.solutions[index]?.seed ?? index;
        return { long: t('seed {0}', seed), short: String(seed) };
      }),
    },
    shape: { aspect: 1 },
  };
}

/** The solutions of a cell, as indices into those that are compared. */
export const pairAt = ({ order }: DistanceReport, { row, column }: Cell): readonly [number, number] => [
  order[row] ?? 0,
  order[column] ?? 0,
];

/** A pair and its distance, in a sentence. */
export function describePair(view: DistanceReport, file: SolutionsDocument, cell: Cell): string {
  const [i, j] = pairAt(view, cell);
  const [a, b] = [view.solutions[i], view.solutions[j]];
  if (!a || !b) return '';
  if (i === j) return t('{0}: the same solution', solutionName(file, a));
  const distance = precise(view.distances[i * view.solutions.length + j] ?? Number.NaN);
  const names = t('{0} and {1}', solutionName(file, a), solutionName(file, b));
  const kind = kindName(kindOf(file, a, b));
  return t('{0} between {1} ({2})', distance, names, kind);
}

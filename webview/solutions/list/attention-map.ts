import type { DataTable } from '../../../src/report/csv.ts';
import type { AttentionToE } from '../../../src/runtime/results/probe.ts';
import { niceTicks } from '../../charts/colour-scale.ts';
import type { Cell } from '../../charts/heatmap.ts';
import type { Heatmap } from '../../charts/heatmap-data.ts';
import { count, percent } from '../../format.ts';
import { t } from '../../strings.ts';

const tallRow = 14;
const wantedHeight = 420;

/** A column shows an output position; positions count from 1 for a person. */
const positionOf = ({ positions }: AttentionToE, column: number): number => (positions[column] ?? Number.NaN) + 1;

/** Layers below each other, in each a row for every head: a scale for all of them, and one path for the keys. */
export function attentionMap(attention: AttentionToE): Heatmap {
  const { layers, heads, positions, byPosition } = attention;
  const rows = layers * heads;
  return {
    rows,
    columns: positions.length,
    values: byPosition,
    range: [0, 1],
    unit: t('share'),
    x: {
      title: t('position'),
      groups: [],
      ticks: niceTicks([positionOf(attention, 0), positionOf(attention, positions.length - 1)], 8).flatMap(tick => {
        const column = positions.indexOf(tick - 1);
        return column < 0 ? [] : [{ at: column + 0.5, label: count(tick) }];
      }),
    },
    y: {
      title: '',
      groups: Array.from({ length: layers }, (_, layer) => ({
        start: layer * heads,
        length: heads,
        label: t('layer {0}', layer + 1),
      })),
      ticks: [],
    },
    shape: { rowHeight: Math.max(3, Math.min(tallRow, wantedHeight / Math.max(1, rows))) },
  };
}

/** Where a cell is, and what it says. */
export function describeAttention(attention: AttentionToE, { row, column }: Cell): string {
  const { heads, positions, byPosition } = attention;
  const share = percent(byPosition[row * positions.length + column] ?? 0);
  const [layer, head] = [Math.floor(row / heads) + 1, (row % heads) + 1];
  const position = positionOf(attention, column);
  return t('Layer {0}, head {1}, position {2}: {3} of its attention goes to e', layer, head, position, share);
}

/** Means over everything, and of the layer that looks most: the question whether `e` is a sink. */
export function attentionSummary({ layers, heads, mean }: AttentionToE): string {
  const means = Array.from({ length: layers }, (_, layer) => {
    const part = mean.subarray(layer * heads, (layer + 1) * heads);
    return part.reduce((sum, share) => sum + share, 0) / Math.max(1, heads);
  });
  const most = Math.max(...means);
  const whole = means.reduce((sum, share) => sum + share, 0) / Math.max(1, layers);
  return t(
    'On average {0} of the attention goes to e; most, {1}, in layer {2}.',
    percent(whole),
    percent(most),
    means.indexOf(most) + 1,
  );
}

/** A row for each head and position. */
export function attentionTable(attention: AttentionToE): DataTable {
  const { heads, positions, byPosition } = attention;
  const columns = positions.length;
  return {
    columns: ['layer', 'head', 'position', 'attention to e'],
    rows: Array.from(byPosition, (share, i) => [
      Math.floor(i / (heads * columns)) + 1,
      (Math.floor(i / columns) % heads) + 1,
      positionOf(attention, i % columns),
      share,
    ]),
  };
}

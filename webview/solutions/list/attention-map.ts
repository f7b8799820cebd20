import type { ProbeView } from '../../../src/views/solutions/protocol.ts';
import { niceTicks } from '../../charts/colour-scale.ts';
import type { DataTable } from '../../charts/export.ts';
import type { Cell } from '../../charts/heatmap.ts';
import type { Heatmap } from '../../charts/heatmap-data.ts';
import { count, percent } from '../../format.ts';
import { t } from '../../strings.ts';

type Attention = ProbeView['attention'];

const tallRow = 14;
const wantedHeight = 420;

/** Layers below each other, in each a row for every head: a scale for all of them, and one path for the keys. */
export function attentionMap({ layers, heads, positions, toE }: Attention): Heatmap {
  const rows = layers * heads;
  return {
    rows,
    columns: positions,
    values: toE,
    range: [0, 1],
    unit: t('share'),
    x: {
      title: t('position'),
      groups: [],
      ticks: niceTicks([1, positions], 8)
        .filter(tick => Number.isInteger(tick) && tick > 0)
        .map(tick => ({ at: tick - 0.5, label: count(tick) })),
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
export function describeAttention({ heads, positions, toE }: Attention, { row, column }: Cell): string {
  const share = percent(toE[row * positions + column] ?? 0);
  const [layer, head] = [Math.floor(row / heads) + 1, (row % heads) + 1];
  return t('Layer {0}, head {1}, position {2}: {3} of its attention goes to e', layer, head, column + 1, share);
}

/** Means over everything, and of the layer that looks most: the question whether `e` is a sink. */
export function attentionSummary({ layers, heads, positions, toE }: Attention): string {
  const size = heads * positions;
  const means = Array.from({ length: layers }, (_, layer) => {
    const part = toE.subarray(layer * size, (layer + 1) * size);
    return part.reduce((sum, share) => sum + share, 0) / Math.max(1, size);
  });
  const most = Math.max(...means);
  const whole = means.reduce((sum, mean) => sum + mean, 0) / Math.max(1, layers);
  return t(
    'On average {0} of the attention goes to e; most, {1}, in layer {2}.',
    percent(whole),
    percent(most),
    means.indexOf(most) + 1,
  );
}

/** A row for each head and position. */
export const attentionTable = ({ heads, positions, toE }: Attention): DataTable => ({
  columns: ['layer', 'head', 'position', 'attention to e'],
  rows: Array.from(toE, (share, i) => [
    Math.floor(i / (heads * positions)) + 1,
    (Math.floor(i / positions) % heads) + 1,
    (i % positions) + 1,
    share,
  ]),
});

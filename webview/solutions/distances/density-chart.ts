import type { ChartConfiguration } from 'chart.js';
import type { DistanceReport, PairGroup, PairKind } from '../../../src/runtime/results/distances.ts';
import { axisLook, legendLook, tooltipLook } from '../../charts/chart-js.ts';
import type { DataTable } from '../../charts/export.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { count, figure, precise } from '../../format.ts';
import { t } from '../../strings.ts';
import { kindName } from '../data/names.ts';
import { measureName } from './distance-map.ts';

const kinds: readonly PairKind[] = ['same-text', 'same-context', 'different-context'];
const dashes: Readonly<Record<PairKind, number[]>> = {
  'same-text': [],
  'same-context': [7, 4],
  'different-context': [2, 3],
};

/** Colour of a kind of pair. */
export const kindColour = (kind: PairKind, theme: ChartTheme): string =>
  theme.parts[kinds.indexOf(kind)] ?? theme.foreground;

/** Height of a density at a place between its grid points. */
function heightAt({ x, y }: PairGroup['density'], place: number): number {
  const after = x.findIndex(value => value >= place);
  if (after <= 0) return y[Math.max(0, after)] ?? 0;
  const [low = 0, high = 1] = [x[after - 1], x[after]];
  const [from = 0, to = 0] = [y[after - 1], y[after]];
  return from + ((to - from) * (place - low)) / (high - low || 1);
}

/** Estimated densities of the kinds of pairs, each with its median (figure 4 of the paper). */
export function densityChart(view: DistanceReport, theme: ChartTheme): ChartConfiguration {
  const { groups } = view;
  const lines = groups.map(({ kind, density }) => ({
    label: kindName(kind),
    data: Array.from(density.x, (x, i) => ({ x, y: density.y[i] ?? 0 })),
    borderColor: kindColour(kind, theme),
    borderDash: dashes[kind],
    borderWidth: 2,
    pointRadius: 0,
  }));
  const medians = groups.map(({ kind, median, density }) => ({
    label: '',
    data: [
      { x: median, y: 0 },
      { x: median, y: heightAt(density, median) },
    ],
    borderColor: kindColour(kind, theme),
    borderWidth: 1,
    pointRadius: [0, 3],
    pointBackgroundColor: kindColour(kind, theme),
  }));
  const vertical = axisLook(theme, t('density'));
  return {
    type: 'line',
    data: { datasets: [...lines, ...medians] },
    options: {
      parsing: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'linear',
          min: groups[0]?.density.x[0] ?? 0,
          max: groups[0]?.density.x.at(-1) ?? 1,
          ...axisLook(theme, measureName(view)),
          ticks: { ...axisLook(theme, '').ticks, includeBounds: false },
        },
        y: { min: 0, ...vertical, ticks: { ...vertical.ticks, maxTicksLimit: 6 } },
      },
      plugins: {
        legend: legendLook(theme),
        tooltip: {
          ...tooltipLook(theme),
          filter: ({ datasetIndex }) => datasetIndex < groups.length,
          callbacks: {
            title: ([item]) => precise(item?.parsed.x ?? 0),
            label: ({ dataset, parsed }) => `${dataset.label}: ${figure(parsed.y ?? 0)}`,
          },
        },
      },
    },
  };
}

/** What the picture shows, in a sentence. */
export const densitySummary = ({ groups }: DistanceReport): string =>
  groups
    .map(({ kind, pairs, median }) => t('{0}: {1} pairs, median {2}', kindName(kind), count(pairs), precise(median)))
    .join('; ');

/** The curves as numbers. */
export const densityTable = ({ groups }: DistanceReport): DataTable => ({
  columns: ['distance', ...groups.map(({ kind }) => kind)],
  rows: Array.from(groups[0]?.density.x ?? [], (x, i) => [x, ...groups.map(({ density }) => density.y[i] ?? null)]),
});

import type { ChartConfiguration } from 'chart.js';
import type { DataTable } from '../../../src/report/csv.ts';
import type { Bin, DistanceReport, TextPair } from '../../../src/runtime/results/distances.ts';
import { axisLook, legendLook, tooltipLook } from '../../charts/chart-js.ts';
import { type ChartTheme, pixelOf } from '../../charts/theme.ts';
import { counts, precise } from '../../format.ts';
import { t } from '../../strings.ts';
import { kindName } from '../data/names.ts';
import { kindColour } from './density-chart.ts';
import { measureName } from './distance-map.ts';

const kinds: readonly TextPair['kind'][] = ['same-context', 'different-context'];

/** Distances of texts, measured in some way, beside those of their vectors. */
export interface TextScatter {
  readonly pairs: readonly TextPair[];
  readonly bins: readonly Bin[];
  /** How the texts are measured, for the axis. */
  readonly across: string;
  /** How the vectors are. */
  readonly up: string;
}

/** By the model's own tokens. */
export const byTokens = (view: DistanceReport): TextScatter => ({
  pairs: view.textPairs,
  bins: view.bins,
  across: t('token-level distance of the texts'),
  up: t('mean {0}', measureName(view)),
});

/** By meaning. */
export const byMeaning = (view: DistanceReport): TextScatter => ({
  pairs: view.semanticPairs,
  bins: view.semanticBins,
  across: t('semantic distance of the texts'),
  up: t('mean {0}', measureName(view)),
});

const faint = (colour: string, opacity: number): string => {
  const [red, green, blue] = pixelOf(colour);
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
};

/** A little room beside the first and the last point. */
function xEnds({ pairs }: TextScatter): { readonly min: number; readonly max: number } {
  const distances = pairs.map(({ textDistance }) => textDistance);
  const [least, most] = [Math.min(...distances), Math.max(...distances)];
  const room = (most - least) * 0.03 || 0.05;
  return { min: least - room, max: most + room };
}

/** Distance of the vectors against distance of the texts, with the mean of each bin (figure 5 of the paper). */
export function scatterChart(
  scatter: TextScatter,
  nameOf: (text: number) => string,
  theme: ChartTheme,
): ChartConfiguration {
  const present = kinds.filter(kind => scatter.pairs.some(pair => pair.kind === kind));
  const pairsOf = (kind: TextPair['kind']) => scatter.pairs.filter(pair => pair.kind === kind);
  const clouds = present.map(kind => ({
    label: kindName(kind),
    data: pairsOf(kind).map(({ textDistance, vectorDistance }) => ({ x: textDistance, y: vectorDistance })),
    showLine: false,
    pointStyle: kind === 'same-context' ? ('circle' as const) : ('triangle' as const),
    pointRadius: 3.5,
    pointBorderColor: kindColour(kind, theme),
    pointBackgroundColor: faint(kindColour(kind, theme), theme.stark ? 0.9 : 0.35),
    order: 1,
  }));
  const means = present.map(kind => ({
    label: '',
    data: scatter.bins
      .filter(bin => bin.kind === kind)
      .map(({ textDistance, vectorDistance }) => ({ x: textDistance, y: vectorDistance })),
    borderColor: kindColour(kind, theme),
    borderDash: kind === 'same-context' ? [7, 4] : [2, 3],
    borderWidth: 2.5,
    pointRadius: 0,
    order: 0,
  }));
  const nameOfPoint = (dataset: number, index: number): string => {
    const kind = present[dataset];
    const pair = kind && pairsOf(kind)[index];
    return pair ? t('{0} and {1}', nameOf(pair.texts[0]), nameOf(pair.texts[1])) : '';
  };
  const across = axisLook(theme, scatter.across);
  return {
    type: 'line',
    data: { datasets: [...clouds, ...means] },
    options: {
      parsing: false,
      interaction: { mode: 'nearest', axis: 'xy', intersect: true },
      scales: {
        x: { type: 'linear', ...xEnds(scatter), ...across, ticks: { ...across.ticks, includeBounds: false } },
        y: { grace: '6%', ...axisLook(theme, scatter.up) },
      },
      plugins: {
        legend: legendLook(theme, 'points'),
        tooltip: {
          ...tooltipLook(theme),
          callbacks: {
            title: ([item]) => (item ? nameOfPoint(item.datasetIndex, item.dataIndex) : ''),
            label: ({ parsed }) => t('texts {0}, vectors {1}', precise(parsed.x ?? 0), precise(parsed.y ?? 0)),
          },
        },
      },
    },
  };
}

/** What the picture shows, in a sentence. */
export function scatterSummary({ pairs, bins }: TextScatter): string {
  const ends = kinds.flatMap(kind => {
    const own = bins.filter(bin => bin.kind === kind);
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last) return [];
    const [from, to] = [precise(first.vectorDistance), precise(last.vectorDistance)];
    return [t('{0}: mean vector distance from {1} to {2}', kindName(kind), from, to)];
  });
  return [t('{0} of texts', counts.pairs(pairs.length)), ...ends].join('; ');
}

/** A row for each pair of texts. */
export const scatterTable = ({ pairs }: TextScatter, nameOf: (text: number) => string): DataTable => ({
  columns: ['first text', 'second text', 'kind', 'text distance', 'vector distance'],
  rows: pairs.map(({ texts: [a, b], kind, textDistance, vectorDistance }) => [
    nameOf(a),
    nameOf(b),
    kind,
    textDistance,
    vectorDistance,
  ]),
});

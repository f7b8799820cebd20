import type { ChartConfiguration } from 'chart.js';
import type { DataTable } from '../../../src/report/csv.ts';
import type { ProbeReport } from '../../../src/runtime/results/probe.ts';
import { axisLook, legendLook, tooltipLook } from '../../charts/chart-js.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { figure } from '../../format.ts';
import { t } from '../../strings.ts';

/** Norms that are so many times apart need a scale of logarithms. */
const far = 8;
const shapes = ['triangle', 'rectRot', 'circle', 'rect'] as const;

/** The norms of the vectors on a strip with those of the embedding matrix. */
export function normsChart({ vectors, embeddingNorms }: ProbeReport, theme: ChartTheme): ChartConfiguration {
  const { least, quartiles, greatest: most } = embeddingNorms;
  const [low, median, high] = quartiles;
  const all = [least, most, ...vectors.map(({ norm }) => norm)];
  const logarithmic = Math.min(...all) > 0 && Math.max(...all) / Math.min(...all) > far;
  const strip = (from: number, to: number) => [
    { x: from, y: 0 },
    { x: to, y: 0 },
  ];
  const calm = { borderColor: theme.muted, pointRadius: 0, order: 2 };
  return {
    type: 'line',
    data: {
      datasets: [
        { ...calm, label: t('embeddings, all'), data: strip(least, most), borderWidth: 2 },
        { ...calm, label: t('their middle half'), data: strip(low, high), borderWidth: 12 },
        {
          label: t('their median'),
          data: [{ x: median, y: 0 }],
          showLine: false,
          pointStyle: 'circle',
          pointRadius: 4,
          pointBackgroundColor: theme.background,
          pointBorderColor: theme.foreground,
          order: 1,
        },
        ...vectors.map(({ proto, norm }, i) => ({
          label: proto,
          data: [{ x: norm, y: 0 }],
          showLine: false,
          pointStyle: shapes[i % shapes.length] ?? ('circle' as const),
          pointRadius: 8,
          pointHoverRadius: 9,
          pointBackgroundColor: theme.parts[i % 2] ?? theme.right,
          pointBorderColor: theme.background,
          order: 0,
        })),
      ],
    },
    options: {
      parsing: false,
      layout: { padding: { left: 12, right: 12 } },
      interaction: { mode: 'nearest', intersect: true },
      scales: {
        x: {
          type: logarithmic ? 'logarithmic' : 'linear',
          ...(logarithmic ? { min: Math.min(...all) / 1.2, max: Math.max(...all) * 1.2 } : { grace: '5%' }),
          ...axisLook(theme, t('norm')),
          ticks: { ...axisLook(theme, '').ticks, maxTicksLimit: 8, callback: value => figure(Number(value)) },
        },
        y: { display: false, min: -1, max: 1 },
      },
      plugins: {
        legend: legendLook(theme, 'points'),
        tooltip: {
          ...tooltipLook(theme),
          callbacks: { title: () => '', label: ({ dataset, parsed }) => `${dataset.label}: ${figure(parsed.x ?? 0)}` },
        },
      },
    },
  };
}

/** The norms in a sentence. */
export const normsSummary = ({ vectors, embeddingNorms }: ProbeReport): string =>
  t(
    '{0}; embeddings from {1} to {2}, median {3}',
    vectors.map(({ proto, norm }) => `${proto}: ${figure(norm)}`).join(', '),
    figure(embeddingNorms.least),
    figure(embeddingNorms.greatest),
    figure(embeddingNorms.quartiles[1]),
  );

/** The norms as numbers. */
export const normsTable = ({ vectors, embeddingNorms }: ProbeReport): DataTable => ({
  columns: ['what', 'norm'],
  rows: [
    ...vectors.map(({ proto, norm }) => [proto, norm]),
    ...[embeddingNorms.least, ...embeddingNorms.quartiles, embeddingNorms.greatest].map((norm, i) => [
      `embeddings, quantile ${i / 4}`,
      norm,
    ]),
  ],
});

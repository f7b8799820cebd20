import type { ChartConfiguration } from 'chart.js';
import type { Sizes } from '../../src/runtime/results/compression.ts';
import { bytes, count } from '../format.ts';
import { t } from '../strings.ts';
import { axisLook, tooltipLook } from './chart-js.ts';
import { sizeRows } from './size-parts.ts';
import type { ChartTheme } from './theme.ts';

/** The text, the text through zlib, and the file as its parts. */
export function sizesChart(sizes: Sizes, theme: ChartTheme): ChartConfiguration {
  const parts = sizeRows(sizes).filter(({ part }) => part > 0);
  const bar = { stack: 'sizes', barPercentage: 0.75, borderColor: theme.background, borderWidth: 1 };
  return {
    type: 'bar',
    data: {
      labels: [t('Text'), t('zlib'), t('File')],
      datasets: [
        { ...bar, label: t('Text'), data: [sizes.text, sizes.deflated, 0], backgroundColor: theme.muted },
        ...parts.map(({ name, bytes: size, part }) => ({
          ...bar,
          label: name,
          data: [0, 0, size],
          backgroundColor: theme.parts[part - 1] ?? theme.muted,
        })),
      ],
    },
    options: {
      indexAxis: 'y',
      scales: {
        x: { stacked: true, beginAtZero: true, ...axisLook(theme, t('bytes')) },
        y: {
          stacked: true,
          ...axisLook(theme, ''),
          grid: { display: false },
          ticks: { color: theme.foreground, font: { family: theme.fontFamily, size: 12 } },
        },
      },
      plugins: {
        tooltip: {
          ...tooltipLook(theme),
          filter: ({ parsed }) => (parsed.x ?? 0) > 0,
          callbacks: { label: ({ dataset, parsed }) => `${dataset.label}: ${bytes(parsed.x ?? 0)}` },
        },
      },
    },
  };
}

/** What the picture shows, in a sentence. */
export const sizesSummary = ({ text, deflated, file }: Sizes): string =>
  t('Bars: text {0}, through zlib {1}, file {2} bytes', count(text), count(deflated), count(file));

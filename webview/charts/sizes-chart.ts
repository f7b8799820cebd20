import type { Chart, ChartConfiguration } from 'chart.js';
import type { Sizes } from '../../src/runtime/results/compression.ts';
import { bytes, count } from '../format.ts';
import { t } from '../strings.ts';
import { axisLook, tooltipLook } from './chart-js.ts';
import { sizeRows } from './size-parts.ts';
import type { ChartTheme } from './theme.ts';

/** Room beside the longest bar for its number. */
const numberRoom = 64;

/** Writes each size beside its bar, however short the bar is. */
const numbers = (sizes: readonly number[], { foreground, fontFamily }: ChartTheme) => ({
  id: 'numbers',
  afterDatasetsDraw(chart: Chart): void {
    const { ctx } = chart;
    ctx.save();
    ctx.fillStyle = foreground;
    ctx.font = `12px ${fontFamily}`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    for (const [i, { x, y }] of chart.getDatasetMeta(0).data.entries())
      ctx.fillText(count(sizes[i] ?? 0), (Number.isFinite(x) ? x : chart.chartArea.left) + 6, y);
    ctx.restore();
  },
});

/** A bar for the text, the text through zlib, the file, and each of the file's parts. */
export function sizesChart(sizes: Sizes, theme: ChartTheme): ChartConfiguration {
  const rows = sizeRows(sizes);
  return {
    type: 'bar',
    data: {
      labels: rows.map(({ name, part }) => (part ? `– ${name}` : name)),
      datasets: [
        {
          // Nothing at all has no bar, and what there is of anything is seen.
          data: rows.map(row => row.bytes || null),
          backgroundColor: rows.map(({ part }) => (part ? (theme.parts[part - 1] ?? theme.muted) : theme.muted)),
          barPercentage: 0.75,
          categoryPercentage: 0.9,
          minBarLength: 2,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      layout: { padding: { right: numberRoom } },
      scales: {
        x: {
          beginAtZero: true,
          ...axisLook(theme, t('bytes')),
          ticks: { ...axisLook(theme, '').ticks, maxTicksLimit: 5 },
        },
        y: {
          ...axisLook(theme, ''),
          grid: { display: false },
          ticks: { color: theme.foreground, font: { family: theme.fontFamily, size: 12 }, autoSkip: false },
        },
      },
      plugins: {
        tooltip: { ...tooltipLook(theme), callbacks: { label: ({ parsed }) => bytes(parsed.x ?? 0) } },
      },
    },
    plugins: [
      numbers(
        rows.map(row => row.bytes),
        theme,
      ),
    ],
  };
}

/** What the picture shows, in a sentence. */
export const sizesSummary = (sizes: Sizes): string =>
  t(
    'Bars, in bytes: {0}',
    sizeRows(sizes)
      .map(({ name, bytes: size }) => `${name} ${count(size)}`)
      .join(', '),
  );

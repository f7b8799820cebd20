import type { Chart, ChartConfiguration } from 'chart.js';
import { count, figure } from '../format.ts';
import { t } from '../strings.ts';
import { axisLook, tooltipLook } from './chart-js.ts';
import type { Series } from './series.ts';
import type { ChartTheme } from './theme.ts';

export interface LineOptions {
  readonly unit: string;
  readonly logarithmic: boolean;
  /** Of the vertical axis; undefined takes what the data need. */
  readonly most?: number;
  /** Evaluations of the moment that is looked at; null draws no line. */
  readonly mark: number | null;
}

/** Draws where what is looked at stands on the horizontal axis. */
export const markPlugin = (mark: number | null, colour: string) => ({
  id: 'mark',
  afterDatasetsDraw({ ctx, chartArea, scales }: Chart): void {
    const x = mark === null ? undefined : scales.x?.getPixelForValue(mark);
    if (x === undefined) return;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.setLineDash([4, 3]);
    ctx.beginPath();
    ctx.moveTo(x, chartArea.top);
    ctx.lineTo(x, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  },
});

/** Lines over the evaluations: the first one bold, those of the segments thin. */
export function lineChart(series: readonly Series[], options: LineOptions, theme: ChartTheme): ChartConfiguration {
  const { logarithmic, mark, most, unit } = options;
  const numbers = logarithmic ? { callback: (value: string | number) => figure(Number(value)) } : {};
  const horizontal = axisLook(theme, t('evaluations'));
  const vertical = axisLook(theme, unit);
  return {
    type: 'line',
    data: {
      datasets: series.map(({ name, points }, i) => ({
        label: name,
        data: [...points],
        borderColor: i ? theme.muted : theme.right,
        borderWidth: i ? 1 : 2.5,
        order: i ? 1 : 0,
        pointRadius: 0,
        pointHitRadius: 6,
      })),
    },
    options: {
      parsing: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'linear',
          min: 0,
          max: Math.max(1, series[0]?.points.at(-1)?.x ?? 1),
          ...horizontal,
          ticks: { ...horizontal.ticks, includeBounds: false },
        },
        y: {
          type: logarithmic ? 'logarithmic' : 'linear',
          ...(most === undefined ? {} : { min: 0, max: most }),
          ...vertical,
          ticks: { ...vertical.ticks, ...numbers, maxTicksLimit: 7 },
        },
      },
      plugins: {
        tooltip: {
          ...tooltipLook(theme),
          callbacks: {
            title: ([item]) => t('Evaluation {0}', count(item?.parsed.x ?? 0)),
            label: ({ dataset, parsed }) => `${dataset.label}: ${figure(parsed.y ?? 0)}`,
          },
        },
      },
    },
    plugins: [markPlugin(mark, theme.foreground)],
  };
}

/** What the picture shows, in a sentence. */
export function lineSummary(name: string, [whole]: readonly Series[]): string {
  const first = whole?.points[0];
  const last = whole?.points.at(-1);
  if (!first || !last) return t('{0}: nothing yet', name);
  return t('{0}: from {1} to {2} in {3} evaluations', name, figure(first.y), figure(last.y), count(last.x));
}

import type { Chart, ChartConfiguration, PointStyle } from 'chart.js';
import { axisLook, legendLook, tooltipLook } from '../charts/chart-js.ts';
import type { Point, Series, ValueAxis } from '../charts/series.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { count, counts, figure } from '../format.ts';
import { t } from '../strings.ts';

/** Dashes and shapes tell the runs apart where colours do not. */
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [16, 5]];
const shapes: readonly PointStyle[] = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot'];
const marksOfLine = 7;

/** The colour of a run by its place among those that are compared. */
export const colourOf = (index: number, { parts, foreground }: ChartTheme): string => parts[index] ?? foreground;

/** Writes the letter of each line at its end. */
const lettersPlugin = (fontFamily: string) => ({
  id: 'letters',
  afterDatasetsDraw(chart: Chart): void {
    const { ctx, data } = chart;
    ctx.save();
    ctx.font = `600 12px ${fontFamily}`;
    ctx.textBaseline = 'middle';
    for (const [i, { label, borderColor }] of data.datasets.entries()) {
      const last = chart.getDatasetMeta(i).data.at(-1);
      if (!last || !label) continue;
      ctx.fillStyle = String(borderColor);
      ctx.fillText(label.charAt(0), last.x + 6, last.y);
    }
    ctx.restore();
  },
});

/** A line for each run over the evaluations, all in one picture. */
export function overlayChart(
  series: readonly Series[],
  { unit, logarithmic, most }: ValueAxis,
  theme: ChartTheme,
): ChartConfiguration {
  const numbers = logarithmic ? { callback: (value: string | number) => figure(Number(value)) } : {};
  const horizontal = axisLook(theme, t('evaluations'));
  const vertical = axisLook(theme, unit);
  const end = Math.max(1, ...series.map(({ points }) => points.at(-1)?.x ?? 1));
  return {
    type: 'line',
    data: {
      datasets: series.map(({ name, points }, i) => ({
        label: name,
        data: [...points],
        borderColor: colourOf(i, theme),
        borderDash: [...(dashes[i] ?? [])],
        borderWidth: 2,
        pointStyle: shapes[i] ?? 'circle',
        pointRadius: marked(points).map(isMarked => (isMarked ? 4 : 0)),
        pointBackgroundColor: colourOf(i, theme),
        pointBorderColor: colourOf(i, theme),
        pointHitRadius: 6,
        // Marks on the edge are whole.
        clip: false as const,
      })),
    },
    options: {
      parsing: false,
      layout: { padding: { right: 18 } },
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'linear',
          min: 0,
          max: end,
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
        legend: legendLook(theme),
        tooltip: {
          ...tooltipLook(theme),
          callbacks: {
            title: ([item]) => t('Evaluation {0}', count(item?.parsed.x ?? 0)),
            label: ({ dataset, parsed }) => `${dataset.label}: ${figure(parsed.y ?? 0)}`,
          },
        },
      },
    },
    plugins: [lettersPlugin(theme.fontFamily)],
  };
}

/** Which points of a line have a mark: a few, evenly spread over the evaluations, the last one among them. */
function marked(points: readonly Point[]): boolean[] {
  const stride = (points.at(-1)?.x ?? 0) / marksOfLine;
  let next = stride / 2;
  return points.map(({ x }, i) => {
    const isMarked = x >= next || i === points.length - 1;
    if (isMarked) next = x + stride;
    return isMarked;
  });
}

/** What the picture shows, in a sentence for each run. */
export function overlaySummary(name: string, series: readonly Series[]): string {
  const lines = series.map(({ name: run, points }) => {
    const last = points.at(-1);
    return last ? t('{0}: {1} after {2}', run, figure(last.y), counts.evaluations(last.x)) : t('{0}: nothing yet', run);
  });
  return `${name}. ${lines.join('; ')}`;
}

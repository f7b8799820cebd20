import type { Chart, ChartConfiguration, Scale } from 'chart.js';
import { count, counts, figure } from '../format.ts';
import { t } from '../strings.ts';
import { axisLook, tooltipLook } from './chart-js.ts';
import { niceTicks } from './colour-scale.ts';
import type { Series, ValueAxis } from './series.ts';
import { evaluationTicks, plotEdges, type Span } from './span.ts';
import type { ChartTheme } from './theme.ts';

export interface LineOptions extends ValueAxis {
  /** Evaluations from the left to the right edge. */
  readonly span: Span;
  /** Evaluations of the moment that is looked at; null draws no line. */
  readonly mark: number | null;
}

/** Draws where what is looked at stands on the horizontal axis. */
export const markPlugin = (mark: number | null, colour: string) => ({
  id: 'mark',
  afterDatasetsDraw({ ctx, chartArea, scales }: Chart): void {
    const x = mark === null ? undefined : scales.x?.getPixelForValue(mark);
    if (x === undefined || x < chartArea.left || x > chartArea.right) return;
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

/** Charts that stand below each other have their plots in line, however wide their numbers are. */
const inLine = {
  layout: { padding: { left: 0, right: plotEdges.right } },
  x: {
    afterFit: (scale: Scale): void => {
      scale.paddingLeft = 0;
      scale.paddingRight = 0;
    },
    afterBuildTicks: (scale: Scale): void => {
      scale.ticks = evaluationTicks([scale.min, scale.max], scale.chart.width).map(value => ({ value }));
    },
  },
  y: {
    afterFit: (scale: Scale): void => {
      scale.width = plotEdges.left;
    },
  },
} as const;

/** One, two and five of each power of ten, or where that is too little to read a scale by, what a linear one would have. */
function roundTicks(scale: Scale): void {
  const { min, max } = scale;
  const powers = Array.from({ length: 40 }, (_, i) => 10 ** (i - 20));
  const round = powers
    .flatMap(power => [1, 2, 5].map(digit => digit * power))
    .filter(tick => tick >= min && tick <= max);
  scale.ticks = (round.length > 2 ? round : niceTicks([min, max], 5)).map(value => ({ value }));
}

/** Lines over the evaluations: the first one bold, those of the segments thin. */
export function lineChart(series: readonly Series[], options: LineOptions, theme: ChartTheme): ChartConfiguration {
  const { logarithmic, mark, most, span, unit } = options;
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
      layout: inLine.layout,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'linear',
          min: span[0],
          max: span[1],
          ...horizontal,
          ...inLine.x,
          ticks: { ...horizontal.ticks, includeBounds: false, precision: 0 },
        },
        y: {
          type: logarithmic ? 'logarithmic' : 'linear',
          ...(most === undefined ? {} : { min: 0, max: most }),
          ...vertical,
          ...inLine.y,
          ...(logarithmic ? { afterBuildTicks: roundTicks } : {}),
          ticks: { ...vertical.ticks, ...numbers, maxTicksLimit: 6 },
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
  return t('{0}: from {1} to {2} in {3}', name, figure(first.y), figure(last.y), counts.evaluations(last.x));
}

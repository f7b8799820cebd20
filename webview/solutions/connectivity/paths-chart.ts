import type { ChartConfiguration, ChartDataset } from 'chart.js';
import type { DataTable } from '../../../src/report/csv.ts';
import type { Connection } from '../../../src/runtime/results/connectivity.ts';
import { axisLook, legendLook, tooltipLook } from '../../charts/chart-js.ts';
import { markPlugin } from '../../charts/line-chart.ts';
import { type ChartTheme, pixelOf } from '../../charts/theme.ts';
import { counts, figure, percent } from '../../format.ts';
import { t } from '../../strings.ts';
import type { PathQuantity } from '../data/view-state.ts';
import { bandOf, gridOf, type PathName, valuesOf } from './bands.ts';

export interface PathsPicture {
  readonly connections: readonly Connection[];
  readonly quantity: PathQuantity;
  /** Draws a mark there; null draws none. */
  readonly t: number | null;
}

/** Each pair has a thin line of its own when there are no more. */
const mostThinLines = 10;
const names: readonly PathName[] = ['straight', 'curve'];

export const pathName = (path: PathName): string => (path === 'straight' ? t('straight line') : t('Bézier curve'));

type Line = ChartDataset;

const points = (ts: readonly number[], ys: readonly number[]) => ts.map((x, i) => ({ x, y: ys[i] ?? 0 }));

/** The lines of one kind of path: the median bold, and around it what the other pairs do. */
function pathLines({ connections, quantity }: PathsPicture, path: PathName, theme: ChartTheme): readonly Line[] {
  const colour = path === 'straight' ? theme.wrong : theme.right;
  const [red, green, blue] = pixelOf(colour);
  const shade = (opacity: number): string => `rgba(${red}, ${green}, ${blue}, ${opacity})`;
  const { t: ts, median, low, high, least, most } = bandOf(connections, path, quantity);
  const bold: Line = {
    label: pathName(path),
    data: points(ts, median),
    borderColor: colour,
    borderDash: path === 'straight' ? [7, 4] : [],
    borderWidth: 2.5,
    pointRadius: 0,
    order: 0,
  };
  if (connections.length < 2) return [bold];
  const quiet = { borderWidth: 0, pointRadius: 0, order: 2 } as const;
  const band = (from: readonly number[], to: readonly number[], opacity: number): readonly Line[] => [
    { ...quiet, label: '', data: points(ts, from) },
    { ...quiet, label: '', data: points(ts, to), fill: '-1', backgroundColor: shade(opacity) },
  ];
  const thin = connections.length > mostThinLines ? [] : connections;
  return [
    bold,
    ...band(least, most, theme.stark ? 0.2 : 0.1),
    ...band(low, high, theme.stark ? 0.4 : 0.22),
    ...thin.map(
      (connection): Line => ({
        label: '',
        data: points(ts, valuesOf(connection[path], quantity)),
        borderColor: shade(0.6),
        borderDash: path === 'straight' ? [4, 3] : [],
        borderWidth: 1,
        pointRadius: 0,
        order: 1,
      }),
    ),
  ];
}

/** Accuracy or loss along the straight lines and the curves (figure 6 of the paper). */
export function pathsChart(picture: PathsPicture, theme: ChartTheme): ChartConfiguration {
  const { quantity, t: mark } = picture;
  const isNamed = (label: string | undefined): boolean => Boolean(label);
  return {
    type: 'line',
    data: { datasets: names.flatMap(path => pathLines(picture, path, theme)) },
    options: {
      parsing: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: { type: 'linear', min: 0, max: 1, ...axisLook(theme, 't') },
        y: {
          min: 0,
          ...(quantity === 'accuracy' ? { max: 100 } : {}),
          ...axisLook(theme, quantity === 'accuracy' ? t('accuracy, %') : t('loss, nats')),
        },
      },
      plugins: {
        legend: legendLook(theme),
        tooltip: {
          ...tooltipLook(theme),
          filter: ({ dataset }) => isNamed(dataset.label),
          callbacks: {
            title: ([item]) => `t = ${figure(item?.parsed.x ?? 0)}`,
            label: ({ dataset, parsed }) => `${dataset.label}: ${figure(parsed.y ?? 0)}`,
          },
        },
      },
    },
    plugins: [markPlugin(mark, theme.foreground)],
  };
}

/** What the picture shows, in a sentence. */
export function pathsSummary({ connections }: PathsPicture): string {
  const parts = names.map(path => {
    const { median } = bandOf(connections, path, 'accuracy');
    return t('{0}: lowest median accuracy {1}', pathName(path), percent(Math.min(...median) / 100));
  });
  return [counts.pairs(connections.length), ...parts].join('; ');
}

/** A row for each pair and t. */
export const pathsTable = ({ connections }: PathsPicture): DataTable => ({
  columns: ['first', 'second', 't', 'line accuracy', 'curve accuracy', 'line nll', 'curve nll'],
  rows: connections.flatMap(({ first, second, straight, curve }) =>
    gridOf(straight.accuracy.length).map((t, k) => [
      first,
      second,
      t,
      straight.accuracy[k] ?? null,
      curve.accuracy[k] ?? null,
      straight.nll[k] ?? null,
      curve.nll[k] ?? null,
    ]),
  ),
});

import {
  BarController,
  BarElement,
  BasicPlatform,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartDataset,
  Filler,
  Legend,
  type LegendItem,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type PointStyle,
  Tooltip,
} from 'chart.js';
import { SvgContext } from './svg-context.ts';
import type { ChartTheme } from './theme.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
);
Chart.defaults.animation = false;
if (Chart.defaults.plugins.legend) Chart.defaults.plugins.legend.display = false;

export { Chart };

/** How an axis looks in a theme. */
export const axisLook = ({ muted, line, fontFamily }: ChartTheme, title: string) => ({
  border: { color: line },
  grid: { color: line, lineWidth: 0.5 },
  ticks: { color: muted, font: { family: fontFamily, size: 11 }, maxRotation: 0 },
  title: { display: title !== '', text: title, color: muted, font: { family: fontFamily, size: 11 } },
});

export const tooltipLook = ({ foreground, background, line, fontFamily }: ChartTheme) => ({
  animation: false as const,
  backgroundColor: background,
  bodyColor: foreground,
  titleColor: foreground,
  borderColor: line,
  borderWidth: 1,
  bodyFont: { family: fontFamily, size: 12 },
  titleFont: { family: fontFamily, size: 12 },
});

/**
 * A legend that shows lines as they are drawn, and points as they are: dashes and shapes tell them apart where colours
 * do not. Lines without a name are left out.
 */
export const legendLook = ({ foreground, fontFamily }: ChartTheme, of: 'lines' | 'points' = 'lines') => ({
  display: true,
  align: 'start' as const,
  onClick: () => {},
  labels: {
    color: foreground,
    font: { family: fontFamily, size: 12 },
    usePointStyle: true,
    boxHeight: 8,
    ...(of === 'lines' ? { pointStyleWidth: 28 } : {}),
    generateLabels: ({ data }: Chart): LegendItem[] =>
      (data.datasets as ChartDataset<'line'>[]).flatMap((dataset, datasetIndex) => {
        if (!dataset.label) return [];
        const line = dataset.showLine !== false;
        return [
          {
            text: dataset.label,
            datasetIndex,
            fontColor: foreground,
            lineDash: line && Array.isArray(dataset.borderDash) ? dataset.borderDash.map(Number) : [],
            lineWidth: line ? Math.min(10, Number(dataset.borderWidth ?? 2)) : 1,
            strokeStyle: String(line ? dataset.borderColor : dataset.pointBorderColor),
            fillStyle: String(line ? dataset.borderColor : dataset.pointBackgroundColor),
            pointStyle: line ? 'line' : (dataset.pointStyle as PointStyle),
          },
        ];
      }),
  },
});

/** Paints the theme's background under a chart. */
const backgroundPlugin = (colour: string, width: number, height: number) => ({
  id: 'background',
  beforeDraw: ({ ctx }: Chart) => {
    ctx.save();
    ctx.fillStyle = colour;
    ctx.fillRect(0, 0, width, height);
    ctx.restore();
  },
});

/** A chart as SVG, on the theme's background. */
export function chartSvg(
  configuration: ChartConfiguration,
  { background }: ChartTheme,
  width: number,
  height: number,
): string {
  const pen = new SvgContext(width, height);
  const { data, options, plugins = [] } = configuration;
  const chart = new Chart(pen.canvas as unknown as HTMLCanvasElement, {
    ...configuration,
    platform: BasicPlatform,
    // Lines with styles of their own for each piece are drawn piece by piece, not as a path that cannot be read.
    data: { ...data, datasets: data.datasets.map(dataset => ({ ...dataset, segment: {} })) },
    options: { ...options, responsive: false, maintainAspectRatio: false, devicePixelRatio: 1, events: [] },
    plugins: [...plugins, backgroundPlugin(background, width, height)],
  });
  chart.destroy();
  return pen.toString();
}

/** A chart as a picture: twice as many pixels, on the theme's background. */
export function chartPicture(
  configuration: ChartConfiguration,
  { background }: ChartTheme,
  width: number,
  height: number,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const chart = new Chart(canvas, {
    ...configuration,
    options: { ...configuration.options, responsive: false, devicePixelRatio: 2, events: [] },
    plugins: [...(configuration.plugins ?? []), backgroundPlugin(background, width, height)],
  });
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext('2d')?.drawImage(canvas, 0, 0);
  chart.destroy();
  return copy;
}

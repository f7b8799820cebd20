import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { ChartTheme } from './theme.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
);
Chart.defaults.animation = false;

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
  const paintBackground = {
    id: 'background',
    beforeDraw: ({ ctx }: Chart) => {
      ctx.save();
      ctx.fillStyle = background;
      ctx.fillRect(0, 0, width, height);
      ctx.restore();
    },
  };
  const chart = new Chart(canvas, {
    ...configuration,
    options: { ...configuration.options, responsive: false, devicePixelRatio: 2, events: [] },
    plugins: [...(configuration.plugins ?? []), paintBackground],
  });
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext('2d')?.drawImage(canvas, 0, 0);
  chart.destroy();
  return copy;
}

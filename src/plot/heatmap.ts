import { at, escaped, lined, svgFile, textAt } from './svg.ts';

/** A matrix of numbers as colours. */
export interface HeatmapPicture {
  readonly title: string;
  readonly description: string;
  /** Below the picture. */
  readonly caption: readonly string[];
  /** Of each row, and of each column: the matrix is square. */
  readonly names: readonly string[];
  /** Where a row begins that belongs to another group than the one before. */
  readonly groups: readonly number[];
  /** [n,n] row by row. */
  readonly values: Float32Array;
  readonly range: readonly [low: number, high: number];
  /** What the numbers are. */
  readonly label: string;
}

const plotWidth = 560;
const [top, right] = [52, 110];
const mostNames = 60;
const letterWidth = 6.2;

/** From dark blue by green to yellow: light grows all the way, which every kind of eye sees (viridis, in eleven stops). */
const stops = [
  '#440154',
  '#482475',
  '#414487',
  '#355f8d',
  '#2a788e',
  '#21918c',
  '#22a884',
  '#44bf70',
  '#7ad151',
  '#bddf26',
  '#fde725',
];

/** Of a share from 0 to 1. */
function colourAt(share: number): string {
  const place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const from = Math.min(stops.length - 2, Math.floor(place));
  const channels = [1, 3, 5].map(i => {
    const [a, b] = [stops[from], stops[from + 1]].map(stop => Number.parseInt(stop?.slice(i, i + 2) ?? '0', 16));
    return Math.round((a ?? 0) + ((b ?? 0) - (a ?? 0)) * (place - from));
  });
  return `#${channels.map(channel => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** A matrix as an SVG file, its names at the left, its scale at the right. */
export function heatmapSvg(picture: HeatmapPicture): string {
  const { title, description, caption, names, groups, values, range, label } = picture;
  const n = names.length;
  const named = n <= mostNames;
  const left = 24 + (named ? Math.min(220, Math.max(...names.map(({ length }) => length)) * letterWidth) : 0);
  const cell = plotWidth / n;
  const [low, high] = range;
  const share = (value: number): number => (high > low ? (value - low) / (high - low) : 0);
  const cells = Array.from({ length: n * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    const value = values[i] ?? Number.NaN;
    // What is no number, as a distance to itself, is left blank.
    if (Number.isNaN(value)) return '';
    const words = named ? `<title>${escaped(`${names[row]}, ${names[column]}: ${value.toFixed(4)}`)}</title>` : '';
    return `<rect x="${at(left + column * cell)}" y="${at(top + row * cell)}" width="${at(cell + 0.2)}" height="${at(cell + 0.2)}" fill="${colourAt(share(value))}">${words}</rect>`;
  });
  const lines = groups
    .filter(row => row > 0)
    .flatMap(row => [
      `<path d="M${at(left)} ${at(top + row * cell)}h${plotWidth}M${at(left + row * cell)} ${top}v${plotWidth}" ${lined('page', 2)}/>`,
    ]);
  const labels = named
    ? names.map((name, row) =>
        textAt(left - 6, top + (row + 0.5) * cell + 4, shortened(name), { anchor: 'end', size: Math.min(11, cell) }),
      )
    : [];
  const bottom = top + plotWidth;
  return svgFile({ width: left + plotWidth + right, height: bottom + 24 + caption.length * 17, title, description }, [
    textAt(24, 26, title, { size: 16 }),
    ...cells,
    ...lines,
    ...labels,
    ...scale(left + plotWidth + 18, range, label),
    ...caption.map((line, i) => textAt(24, bottom + 24 + i * 17, line, { size: 11 })),
  ]);
}

/** Which colour is which number. */
function scale(x: number, [low, high]: readonly [number, number], label: string): string[] {
  const height = 240;
  const steps = 60;
  const bars = Array.from({ length: steps }, (_, i) => {
    const y = top + 22 + (height / steps) * i;
    return `<rect x="${at(x)}" y="${at(y)}" width="14" height="${at(height / steps + 0.3)}" fill="${colourAt(1 - i / (steps - 1))}"/>`;
  });
  const numbers = [0, 0.25, 0.5, 0.75, 1].map(share =>
    textAt(x + 20, top + 22 + (1 - share) * height + 4, (low + share * (high - low)).toPrecision(4), { size: 11 }),
  );
  return [textAt(x, top + 8, label, { size: 11 }), ...bars, ...numbers];
}

const shortened = (name: string): string => (name.length > 34 ? `${name.slice(0, 33)}…` : name);

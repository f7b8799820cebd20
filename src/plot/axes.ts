import { at, escaped, lined, marker, path, svgFile, textAt } from './svg.ts';

/** A point with an interval. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  /** Undefined where there is no interval. An infinite end is drawn as an arrow. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Drawn hollow: the value is only a bound. */
  readonly hollow?: boolean;
}

export interface Series {
  readonly name: string;
  /** Which colour and marker; equal ones look equal in every picture. */
  readonly look: number;
  readonly marks: readonly Mark[];
  /** Whether the points are joined; they are when it is left out. */
  readonly line?: boolean;
  /** Whether each point has a marker; it has when it is left out. */
  readonly points?: boolean;
  /** Not of the data, but something to compare it with: a broken line with its name at its end, and none in the legend. */
  readonly guide?: boolean;
  /** Words below the axis, in a row of this series. */
  readonly notes?: readonly { readonly x: number; readonly text: string }[];
}

export interface Axis {
  readonly label: string;
  readonly logarithmic: boolean;
  readonly range: readonly [number, number];
  readonly ticks: readonly number[];
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

export interface Picture {
  readonly title: string;
  /** The picture in words, for those who do not see it. */
  readonly description: string;
  /** Below the picture. */
  readonly caption: readonly string[];
  /** What the rows of notes say. */
  readonly notesLabel?: string;
  readonly panels: readonly Panel[];
  /** See `Frame`. */
  readonly styled?: boolean | undefined;
  /** Whether the title stands above it; it does when this is left out. */
  readonly headed?: boolean | undefined;
}

const plot = { width: 500, height: 340, left: 76, right: 24, top: 34 };
const panelWidth = plot.left + plot.width + plot.right;
const row = 17;
/** Between neighbouring series, so that whiskers at the same place can be told apart. */
const dodge = 4;
/** Ticks nearer than this to the one before are lines without a number. */
const leastTickDistance = 24;

/** Where a value stands on an axis, from 0 to 1; beyond the range it stands at its end. */
function positionOn({ logarithmic, range: [low, high] }: Axis, value: number): number {
  const scale = (v: number): number => (logarithmic ? Math.log(v) : v);
  const share = (scale(value) - scale(low)) / (scale(high) - scale(low));
  return Math.min(1, Math.max(0, share));
}

/** A panel with its left upper corner at the origin. */
class DrawnPanel {
  constructor(
    private readonly panel: Panel,
    private readonly notesLabel: string | undefined,
  ) {}

  toString(): string {
    const { title, x, y, series } = this.panel;
    const bottom = plot.top + plot.height;
    return [
      textAt(plot.left + plot.width / 2, plot.top - 12, title, { anchor: 'middle', size: 14 }),
      ...this.gridLines(),
      `<rect x="${plot.left}" y="${plot.top}" width="${plot.width}" height="${plot.height}" ${lined('ink')}/>`,
      textAt(plot.left + plot.width / 2, bottom + 36, x.label, { anchor: 'middle' }),
      textAt(18, plot.top + plot.height / 2, y.label, { anchor: 'middle', turned: true }),
      ...series.map((one, index) => this.drawn(one, index)),
      ...(this.notesLabel ? [textAt(plot.left, bottom + 58, this.notesLabel, { size: 11 })] : []),
      ...series.flatMap((one, index) => this.notes(one, bottom + 58 + (index + 1) * row)),
    ].join('\n');
  }

  private x(value: number): number {
    // Room at both sides for what is dodged.
    const margin = 28;
    return plot.left + margin + positionOn(this.panel.x, value) * (plot.width - 2 * margin);
  }

  private y(value: number): number {
    return plot.top + (1 - positionOn(this.panel.y, value)) * plot.height;
  }

  private gridLines(): string[] {
    const parts: string[] = [];
    let before = Number.NEGATIVE_INFINITY;
    for (const tick of this.panel.x.ticks) {
      const x = this.x(tick);
      parts.push(path(`M${at(x)} ${plot.top}v${plot.height}`, 'grid'));
      if (x - before < leastTickDistance) continue;
      parts.push(textAt(x, plot.top + plot.height + 17, String(tick), { anchor: 'middle' }));
      before = x;
    }
    before = Number.POSITIVE_INFINITY;
    for (const tick of this.panel.y.ticks) {
      const y = this.y(tick);
      parts.push(path(`M${plot.left} ${at(y)}h${plot.width}`, 'grid'));
      if (before - y < leastTickDistance / 2) continue;
      parts.push(textAt(plot.left - 7, y + 4, String(tick), { anchor: 'end' }));
      before = y;
    }
    return parts;
  }

  private drawn(series: Series, index: number): string {
    if (series.guide) return this.guide(series);
    const { name, look, marks, line = true, points: marked = true } = series;
    const dodged = this.panel.series.some(({ marks: others }) => others.some(({ low }) => low !== undefined));
    const shift = dodged ? (index - (this.panel.series.length - 1) / 2) * dodge : 0;
    const points = marks.map(mark => ({ ...mark, px: this.x(mark.x) + shift, py: this.y(mark.y) }));
    const joined = points.map(({ px, py }, i) => `${i ? 'L' : 'M'}${at(px)} ${at(py)}`).join('');
    return [
      `<g><title>${escaped(name)}</title>`,
      line ? path(joined, look, 1.5) : '',
      ...points.map(({ px, low, high }) =>
        low === undefined || high === undefined ? '' : path(this.whisker(px, low, high), look),
      ),
      ...(marked ? points.map(({ px, py, hollow }) => marker(look, px, py, hollow)) : []),
      '</g>',
    ].join('');
  }

  private guide({ name, marks }: Series): string {
    const points = marks.map(({ x, y }) => [this.x(x), this.y(y)] as const);
    const [x = 0, y = 0] = points.at(-1) ?? [];
    const line = points.map(([px, py], i) => `${i ? 'L' : 'M'}${at(px)} ${at(py)}`).join('');
    return path(line, 'ink', 1, '5 4') + textAt(x, y - 6, name, { anchor: 'end', size: 11 });
  }

  private whisker(x: number, low: number, high: number): string {
    const [from, to] = [this.y(low), this.y(high)];
    const end = Number.isFinite(high)
      ? `M${at(x - 3)} ${at(to)}h6`
      : `M${at(x - 3)} ${at(to + 5)}L${at(x)} ${at(to)}L${at(x + 3)} ${at(to + 5)}`;
    return `M${at(x - 3)} ${at(from)}h6M${at(x)} ${at(from)}V${at(to)}${end}`;
  }

  private notes({ look, notes }: Series, y: number): string[] {
    if (!notes?.length) return [];
    return [
      marker(look, plot.left, y - 4),
      ...notes.map(note => textAt(this.x(note.x), y, note.text, { anchor: 'middle', size: 10.5 })),
    ];
  }
}

/** Names of the series beside their markers, in rows as wide as the picture. */
function legend(series: readonly Series[], width: number): { readonly parts: string[]; readonly height: number } {
  const parts: string[] = [];
  let [x, y] = [plot.left, 0];
  for (const { name, look } of series) {
    const extent = 30 + name.length * 7;
    if (x > plot.left && x + extent > width) [x, y] = [plot.left, y + row];
    parts.push(marker(look, x, y - 4), textAt(x + 11, y, name));
    x += extent;
  }
  return { parts, height: y + row };
}

/** A picture as an SVG file: panels side by side. */
export function svgOf({ title, description, caption, notesLabel, panels, styled, headed = true }: Picture): string {
  const width = Math.max(1, panels.length) * panelWidth;
  const all = new Map(panels.flatMap(({ series }) => series.map(one => [one.name, one] as const)));
  const named = [...all.values()].filter(({ guide }) => !guide);
  const names = legend(named, width);
  const noteRows = notesLabel ? Math.max(0, ...panels.map(({ series }) => series.length)) + 1 : 0;
  const legendTop = headed ? 52 : 22;
  const panelTop = legendTop + names.height;
  const captionTop = panelTop + plot.top + plot.height + 58 + noteRows * row;
  const height = captionTop + caption.length * row;
  return svgFile({ width, height, title, description, styled }, [
    ...(headed ? [textAt(plot.left, 26, title, { size: 16 })] : []),
    `<g transform="translate(0 ${legendTop})">${names.parts.join('')}</g>`,
    ...panels.map(
      (panel, index) =>
        `<g transform="translate(${index * panelWidth} ${panelTop})">${new DrawnPanel(panel, notesLabel).toString()}</g>`,
    ),
    ...caption.map((line, index) => textAt(plot.left, captionTop + index * row, line, { size: 11 })),
  ]);
}

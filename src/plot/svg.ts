/**
 * The parts of SVG files that are drawn without a browser. Colours stand as attributes, for a light page, and again in
 * a style sheet for a dark one: where style sheets are not allowed the picture stays dark on white.
 */

/**
 * Okabe and Ito's palette, which colour-blind people can tell apart, without its yellow, which white swallows; and what
 * stands for each colour on a dark page.
 */
const colours: readonly (readonly [onLight: string, onDark: string])[] = [
  ['#0072B2', '#56B4E9'],
  ['#D55E00', '#E69F00'],
  ['#009E73', '#2CC79A'],
  ['#CC79A7', '#E39BC4'],
  ['#E69F00', '#F0C04A'],
  ['#56B4E9', '#9AD4F5'],
  ['#000000', '#FFFFFF'],
  ['#7F7F7F', '#A6A6A6'],
];

/** What is not of a series. */
const inks = { ink: ['#222222', '#e0e0e0'], grid: ['#dddddd', '#444444'], page: ['#ffffff', '#1e1e1e'] } as const;
export type Ink = keyof typeof inks;
/** A kind of ink, or the number of a series. */
export type Colour = Ink | number;

const classOf = (colour: Colour): string => (typeof colour === 'number' ? `s${colour % colours.length}` : colour);
const onLight = (colour: Colour): string =>
  (typeof colour === 'number' ? colours[colour % colours.length]?.[0] : undefined) ??
  inks[typeof colour === 'number' ? 'ink' : colour][0];

/** What no XML may hold, in no form: control characters, and halves of characters. */
const notInXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

export const escaped = (text: string): string =>
  text.replace(notInXml, '\ufffd').replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
export const at = (value: number): string => value.toFixed(1);

/** Attributes that fill a shape, for both kinds of page. */
export const filled = (colour: Colour): string => `fill="${onLight(colour)}" class="fill-${classOf(colour)}"`;

/** Attributes that draw a line, for both kinds of page. */
export const lined = (colour: Colour, width = 1): string =>
  `fill="none" stroke="${onLight(colour)}" stroke-width="${width}" class="line-${classOf(colour)}"`;

/** Attributes of a shape with an outline. */
export const outlined = (fill: Colour, line: Colour, width: number): string =>
  `fill="${onLight(fill)}" stroke="${onLight(line)}" stroke-width="${width}" class="fill-${classOf(fill)} line-${classOf(line)}"`;

interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  readonly turned?: boolean;
}

export function textAt(
  x: number,
  y: number,
  words: string,
  { anchor = 'start', size = 12, turned }: TextOptions = {},
): string {
  const turn = turned ? ` transform="rotate(-90 ${at(x)} ${at(y)})"` : '';
  return `<text x="${at(x)}" y="${at(y)}" font-size="${size}" text-anchor="${anchor}" ${filled('ink')}${turn}>${escaped(words)}</text>`;
}

/** @param dashes lengths of lines and gaps; a line without gaps when it is left out */
export const path = (d: string, colour: Colour, width = 1, dashes?: string): string =>
  `<path d="${d}" ${lined(colour, width)}${dashes === undefined ? '' : ` stroke-dasharray="${dashes}"`}/>`;

/** A rule of a style sheet for a colour. Attributes give way to it. */
const rule = (before: string, name: string, colour: string): string =>
  `${before}.fill-${name}{fill:${colour}}${before}.line-${name}{stroke:${colour}}`;

/** Rules for the colours of series on a dark page. @param before what their selectors begin with */
export const darkSeries = (before = ''): string => colours.map(([, dark], i) => rule(before, `s${i}`, dark)).join('');

const darkInks = (): string =>
  Object.entries(inks)
    .map(([name, [, dark]]) => rule('', name, dark))
    .join('');

/** What a whole picture is, beside its parts. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** The picture in words, for those who do not see it. */
  readonly description: string;
  /** Whether it brings colours for a dark page along; it does when this is left out. */
  readonly styled?: boolean | undefined;
}

/** An SVG file on a page of its own: it can be read wherever it is shown. */
export function svgFile({ width, height, title, description, styled = true }: Frame, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="Helvetica, Arial, sans-serif">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    ...(styled ? [`<style>@media (prefers-color-scheme:dark){${darkInks()}${darkSeries()}}</style>`] : []),
    `<rect width="${width}" height="${height}" ${filled('page')}/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** Outlines of the markers around a point, all of about the same area. */
const markers: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `M${at(x - 4.5)} ${at(y)}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z`,
  (x, y) => `M${at(x - 4)} ${at(y - 4)}h8v8h-8z`,
  (x, y) => `M${at(x)} ${at(y - 5.5)}l5.3 9.2h-10.6z`,
  (x, y) => `M${at(x)} ${at(y - 6)}l6 6l-6 6l-6 -6z`,
  (x, y) => `M${at(x)} ${at(y + 5.5)}l5.3 -9.2h-10.6z`,
  (x, y) => `M${at(x - 2)} ${at(y - 6)}h4v4h4v4h-4v4h-4v-4h-4v-4h4z`,
  (x, y) => `M${at(x - 6)} ${at(y)}l3 -5h6l3 5l-3 5h-6z`,
];

/** The marker of a series at a place. */
export function marker(look: number, x: number, y: number, hollow = false): string {
  const outline = markers[look % markers.length]?.(x, y) ?? '';
  return `<path d="${outline}" ${outlined(hollow ? 'page' : look, look, 1.5)}/>`;
}

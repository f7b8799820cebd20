import { pixelOf } from './theme.ts';

/** What our painters use of a canvas. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'lineCap'
  | 'lineJoin'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'imageSmoothingEnabled'
  | 'globalAlpha'
  | 'save'
  | 'restore'
  | 'translate'
  | 'rotate'
  | 'setTransform'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'rect'
  | 'arc'
  | 'fillRect'
  | 'strokeRect'
  | 'setLineDash'
  | 'measureText'
  | 'fillText'
> & {
  fill(rule?: CanvasFillRule): void;
  stroke(): void;
  clip(): void;
  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void;
};

const ruler = document.createElement('canvas').getContext('2d');
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, sign => escapes[sign] ?? sign);
const short = (value: number): string => String(Math.round(value * 100) / 100);

const anchorOf: Readonly<Record<string, string>> = { center: 'middle', right: 'end', end: 'end' };
/** How far below its place a text's base line lies, in its size: not every reader knows the names of base lines. */
const dropOf: Readonly<Record<string, number>> = { top: 0.8, hanging: 0.8, middle: 0.35, bottom: -0.2 };

const kept = [
  'fillStyle',
  'strokeStyle',
  'lineWidth',
  'lineCap',
  'lineJoin',
  'font',
  'textAlign',
  'textBaseline',
  'imageSmoothingEnabled',
  'globalAlpha',
] as const;

/** A canvas that writes down what is drawn as SVG: painters and charts need no second way to draw. */
export class SvgContext implements Pen {
  fillStyle: Pen['fillStyle'] = '#000';
  strokeStyle: Pen['strokeStyle'] = '#000';
  lineWidth = 1;
  lineCap: CanvasLineCap = 'butt';
  lineJoin: CanvasLineJoin = 'miter';
  font = '10px sans-serif';
  textAlign: CanvasTextAlign = 'start';
  textBaseline: CanvasTextBaseline = 'alphabetic';
  imageSmoothingEnabled = true;
  globalAlpha = 1;
  lineDashOffset = 0;
  readonly canvas: { width: number; height: number; getContext(): SvgContext };
  private readonly parts: string[] = [];
  private readonly definitions: string[] = [];
  private readonly saved: (() => void)[] = [];
  private matrix = new DOMMatrix();
  private dash: number[] = [];
  private clipping = '';
  private path = '';

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {
    this.canvas = { width, height, getContext: () => this };
  }

  /** Everything that was drawn, as a file. */
  toString(): string {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    const definitions = this.definitions.length ? `<defs>${this.definitions.join('')}</defs>\n` : '';
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${definitions}${this.parts.join('\n')}\n</svg>\n`;
  }

  save(): void {
    const styles = Object.fromEntries(kept.map(name => [name, this[name]]));
    const { matrix, dash, clipping } = this;
    this.saved.push(() => Object.assign(this, styles, { matrix, dash, clipping }));
  }

  restore(): void {
    this.saved.pop()?.();
  }

  translate(x: number, y: number): void {
    this.matrix = this.matrix.translate(x, y);
  }

  rotate(angle: number): void {
    this.matrix = this.matrix.rotate((angle * 180) / Math.PI);
  }

  setTransform(...values: (number | DOMMatrix2DInit | undefined)[]): void {
    const numbers = values.filter(value => typeof value === 'number');
    this.matrix = numbers.length === 6 ? new DOMMatrix(numbers) : new DOMMatrix();
  }

  resetTransform(): void {
    this.matrix = new DOMMatrix();
  }

  /** There is nothing below to be cleared. */
  clearRect(): void {}

  beginPath(): void {
    this.path = '';
  }

  moveTo(x: number, y: number): void {
    this.path += `M${this.at(x, y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path ? 'L' : 'M'}${this.at(x, y)}`;
  }

  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.path += `C${this.at(ax, ay)} ${this.at(bx, by)} ${this.at(x, y)}`;
  }

  closePath(): void {
    if (this.path) this.path += 'Z';
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y);
    this.path += `L${this.at(x + width, y)}L${this.at(x + width, y + height)}L${this.at(x, y + height)}Z`;
  }

  /** In two halves: SVG knows no arc that ends where it begins. */
  arc(x: number, y: number, radius: number, from: number, to: number): void {
    const point = (angle: number): string => this.at(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    const size = short(radius * Math.hypot(this.matrix.a, this.matrix.b));
    const half = `A${size} ${size} 0 0 1 `;
    this.path += `${this.path && !this.path.endsWith('Z') ? 'L' : 'M'}${point(from)}`;
    this.path += `${half}${point((from + to) / 2)}${half}${point(to)}`;
  }

  fill(rule?: CanvasFillRule): void {
    const holes = rule === 'evenodd' ? ' fill-rule="evenodd"' : '';
    if (this.path) this.add(`<path d="${this.path}"${this.paint('fill', this.fillStyle)}${holes}/>`);
  }

  stroke(): void {
    if (!this.path || !(this.lineWidth > 0)) return;
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(' ')}"` : '';
    const ends = `stroke-width="${short(this.lineWidth)}" stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"`;
    this.add(`<path d="${this.path}" fill="none"${this.paint('stroke', this.strokeStyle)} ${ends}${dash}/>`);
  }

  clip(): void {
    const id = `clip${this.definitions.length + 1}`;
    this.definitions.push(`<clipPath id="${id}"${this.clipping}><path d="${this.path}"/></clipPath>`);
    this.clipping = ` clip-path="url(#${id})"`;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.alone(() => this.rect(x, y, width, height), 'fill');
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.alone(() => this.rect(x, y, width, height), 'stroke');
  }

  setLineDash(dash: Iterable<number>): void {
    this.dash = [...dash];
  }

  getLineDash(): number[] {
    return this.dash;
  }

  measureText(text: string): TextMetrics {
    if (!ruler) throw new Error('Texts cannot be measured.');
    ruler.font = this.font;
    return ruler.measureText(text);
  }

  fillText(text: string, x: number, y: number): void {
    const [, size = '10', family = 'sans-serif'] = /([\d.]+)px\s+(.*)/.exec(this.font) ?? [];
    const { a, b, c, d, e, f } = this.matrix;
    const place = new DOMMatrix([a, b, c, d, e, f]).translate(x, y + (dropOf[this.textBaseline] ?? 0) * Number(size));
    const matrix = [place.a, place.b, place.c, place.d, place.e, place.f].map(short).join(' ');
    const look = `font-family="${escaped(family)}" font-size="${size}" text-anchor="${anchorOf[this.textAlign] ?? 'start'}"`;
    this.add(
      `<text transform="matrix(${matrix})" ${look}${this.paint('fill', this.fillStyle)}>${escaped(text)}</text>`,
    );
  }

  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    const crisp = this.imageSmoothingEnabled ? '' : ' image-rendering="pixelated"';
    const box = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
    this.add(`<image ${box} preserveAspectRatio="none"${crisp} href="${image.toDataURL('image/png')}"/>`);
  }

  private alone(draw: () => void, how: 'fill' | 'stroke'): void {
    const { path } = this;
    this.path = '';
    draw();
    this[how]();
    this.path = path;
  }

  private at(x: number, y: number): string {
    const { a, b, c, d, e, f } = this.matrix;
    return `${short(a * x + c * y + e)} ${short(b * x + d * y + f)}`;
  }

  private paint(name: 'fill' | 'stroke', style: Pen['fillStyle']): string {
    const [red, green, blue, opacity] = pixelOf(typeof style === 'string' ? style : '#888');
    const strength = (opacity / 255) * this.globalAlpha;
    const faint = strength < 1 ? ` ${name}-opacity="${short(strength)}"` : '';
    return ` ${name}="#${((1 << 24) | (red << 16) | (green << 8) | blue).toString(16).slice(1)}"${faint}`;
  }

  private add(part: string): void {
    this.parts.push(this.clipping ? `<g${this.clipping}>${part}</g>` : part);
  }
}

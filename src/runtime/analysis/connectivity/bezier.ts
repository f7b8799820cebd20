/**
 * A quadratic Bezier curve between two solutions p₁ and p₂ (equation 3 of the paper), in the space of both vectors, `e`
 * then `m`: φ(t) = (1-t)² p₁ + 2t(1-t) π + t² p₂. With the control point π in the middle it is the straight line.
 */
export interface Curve {
  /** p₁ [2d] */
  readonly start: Float32Array;
  /** π [2d] */
  readonly control: Float32Array;
  /** p₂ [2d] */
  readonly end: Float32Array;
}

/** The middle of two points. */
export function midpoint(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((x, i) => (x + (b[i] as number)) / 2);
}

/** φ(t). The ends are the solutions themselves, to the bit. */
export function pointAt({ start, control, end }: Curve, t: number): Float32Array {
  if (t === 0) return start;
  if (t === 1) return end;
  const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
  return start.map((x, i) => a * x + b * (control[i] as number) + c * (end[i] as number));
}

/** dφ/dπ = 2t(1-t): what a gradient at φ(t) is to be multiplied by to become one by the control point. */
export function controlWeight(t: number): number {
  return 2 * t * (1 - t);
}

/** |φ'(t)| = 2 |(1-t)(π - p₁) + t(p₂ - π)|, as a function of t. */
export function speed({ start, control, end }: Curve): (t: number) => number {
  let [first, mixed, second] = [0, 0, 0];
  for (let i = 0; i < start.length; i++) {
    const middle = control[i] as number;
    const [away, towards] = [middle - (start[i] as number), (end[i] as number) - middle];
    first += away * away;
    mixed += away * towards;
    second += towards * towards;
  }
  return t => 2 * Math.sqrt(Math.max(0, (1 - t) ** 2 * first + 2 * t * (1 - t) * mixed + t * t * second));
}

const intervals = 512;

/** Length of the curve, by Simpson's rule. */
export function arcLength(curve: Curve): number {
  const at = speed(curve);
  let sum = at(0) + at(1);
  for (let i = 1; i < intervals; i++) sum += at(i / intervals) * (i % 2 ? 4 : 2);
  return sum / intervals / 3;
}

/** Length of the straight line between the ends. */
export function chordLength({ start, end }: Curve): number {
  let sum = 0;
  for (let i = 0; i < start.length; i++) sum += ((end[i] as number) - (start[i] as number)) ** 2;
  return Math.sqrt(sum);
}

/** How much longer the curve is than the straight line: at least 1; the paper saw at most 1.2. */
export function lengthRatio(curve: Curve): number {
  const chord = chordLength(curve);
  return chord > 0 ? Math.max(1, arcLength(curve) / chord) : 1;
}

/** Mean of values on an even grid of t from 0 to 1, each weighted by the length of curve that it stands for. */
export function lengthWeightedMean(curve: Curve, values: ArrayLike<number>): number {
  const at = speed(curve);
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const edge = i === 0 || i === values.length - 1 ? 0.5 : 1;
    const weight = edge * (at(i / (values.length - 1)) || 1e-300);
    sum += weight * (values[i] as number);
    total += weight;
  }
  return sum / total;
}

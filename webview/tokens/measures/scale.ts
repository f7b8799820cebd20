import { niceTicks } from '../../charts/colour-scale.ts';

/** From a value to its place between the ends of a range. */
export interface Scale {
  readonly kind: 'linear' | 'logarithmic';
  readonly ends: readonly [low: number, high: number];
}

/** The place of a value, 0 to 1; values beyond an end take the end, NaN stays NaN. */
export function placeOf({ kind, ends: [low, high] }: Scale, value: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  if (high <= low) return 0.5;
  const share =
    kind === 'linear'
      ? (value - low) / (high - low)
      : (Math.log10(Math.max(value, low)) - Math.log10(low)) / (Math.log10(high) - Math.log10(low));
  return Math.max(0, Math.min(1, share));
}

/** The value at a place from 0 to 1. */
export const valueAt = ({ kind, ends: [low, high] }: Scale, place: number): number =>
  kind === 'linear' ? low + place * (high - low) : low * (high / low) ** place;

/** Round numbers along a scale, about as many as asked for. */
export function ticksOf({ kind, ends }: Scale, parts: number): readonly number[] {
  if (kind === 'linear') return niceTicks(ends, parts);
  const [first, last] = ends.map(end => Math.log10(end)) as [number, number];
  const decades = last - first;
  // Powers of ten, of long scales not all of them.
  const step = Math.max(1, Math.ceil(decades / parts));
  const ticks: number[] = [];
  for (let power = Math.ceil(first - 1e-9); power <= last + 1e-9; power += step) ticks.push(10 ** power);
  return ticks;
}

/** The next power of ten at or below a value. */
export const powerBelow = (value: number): number => 10 ** Math.floor(Math.log10(value) + 1e-9);

/** The next power of ten at or above a value. */
export const powerAbove = (value: number): number => 10 ** Math.ceil(Math.log10(value) - 1e-9);

/** The next round number at or above a value: what lies below it fills most of a scale. */
export function roundAbove(value: number): number {
  if (!(value > 0)) return 1;
  const power = powerBelow(value);
  return ([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find(digit => digit * power >= value * (1 - 1e-9)) ?? 10) * power;
}

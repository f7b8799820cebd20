import { figure } from '../format.ts';

/**
 * Viridis of matplotlib (CC0, Smith and van der Walt 2015): perceptually uniform, and in order for every kind of eye.
 * Every sixteenth part of it; between them colours are interpolated.
 */
const anchors = [
  0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26828e, 0x21918c, 0x1f9f88, 0x27ad81,
  0x3dbc74, 0x5cc863, 0x81d34d, 0xaadc32, 0xd5e21a, 0xfde725,
] as const;

const steps = 256;
const channels = (colour: number): readonly number[] => [colour >> 16, (colour >> 8) & 255, colour & 255];

function colourOf(share: number): number {
  const place = share * (anchors.length - 1);
  const below = Math.min(anchors.length - 2, Math.floor(place));
  const high = channels(anchors[below + 1] ?? 0);
  const [red = 0, green = 0, blue = 0] = channels(anchors[below] ?? 0).map((low, i) =>
    Math.round(low + ((high[i] ?? 0) - low) * (place - below)),
  );
  return (red << 16) | (green << 8) | blue;
}

const table = Uint32Array.from({ length: steps }, (_, i) => colourOf(i / (steps - 1)));

/** 0xRRGGBB of a share from 0 to 1; what lies beyond takes the nearest end. */
export function scaleColour(share: number): number {
  return table[Math.max(0, Math.min(steps - 1, Math.round(share * (steps - 1))))] ?? 0;
}

/** Where a value lies between the ends of a range, 0 to 1. */
export const shareOf = (value: number, [low, high]: readonly [number, number]): number =>
  high > low ? (value - low) / (high - low) : 0.5;

/** Round numbers between two ends, about as many as asked for. */
export function niceTicks([low, high]: readonly [number, number], parts: number): number[] {
  const rough = (high - low) / Math.max(1, parts);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find(digit => digit * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** A number beside a scale. */
export interface LegendTick {
  readonly value: number;
  readonly label: string;
}

const mostDecimals = 6;

/**
 * Round numbers to read a scale by: at least two where its ends differ, about as many as asked for where that is more, and
 * each with as many decimals as tell it from the next.
 */
export function legendTicks(range: readonly [number, number], parts: number): LegendTick[] {
  let ticks = niceTicks(range, parts);
  for (let finer = 2; ticks.length < 2 && finer <= 8; finer *= 2) ticks = niceTicks(range, finer * Math.max(1, parts));
  const [first = 0, second = first] = ticks;
  const decimals = second > first ? Math.max(0, Math.ceil(-Math.log10(second - first) - 1e-9)) : mostDecimals + 1;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return ticks.map(value => ({
    value,
    label: decimals > mostDecimals ? figure(value) : value.toLocaleString(undefined, digits),
  }));
}

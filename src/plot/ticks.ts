import type { Axis } from './axes.ts';

const roundDigits = [1, 2, 5];
const allDigits = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Fewer numbers on an axis of logarithms do not say how it runs. */
const fewestTicks = 3;

/** 1, 2, 5, 10, 20, 50 ... in a range of positive numbers; with other first digits if they are asked for. */
export function roundNumbers(low: number, high: number, digits: readonly number[] = roundDigits): number[] {
  const numbers: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.log10(high); exponent++)
    for (const digit of digits) {
      // By way of text: 5e-1 is 0.5, and 5 * 10 ** -1 is not always.
      const number = Number(`${digit}e${exponent}`);
      if (number >= low && number <= high) numbers.push(number);
    }
  return numbers;
}

interface LinearOptions {
  /** Where the axis begins. */
  readonly low?: number;
  /** Whether there is nothing between whole numbers. */
  readonly whole?: boolean;
}

/** An axis from 0, or from `low`, to a little above the greatest value, with about six round numbers on it. */
export function linearAxis(label: string, values: readonly number[], { low = 0, whole }: LinearOptions = {}): Axis {
  const greatest = values.reduce((most, value) => Math.max(most, value), low + 1e-9);
  const high = greatest + 0.04 * (greatest - low);
  const rough = Math.max((high - low) / 6, whole ? 1 : 0);
  const step = roundNumbers(rough / 2, rough * 3).find(number => number >= rough) ?? rough;
  const ticks: number[] = [];
  // A number that is reckoned together has a last digit too many: 0.30000000000000004.
  for (let i = Math.ceil(low / step); i * step <= high; i++) ticks.push(Number((i * step).toPrecision(12)));
  return { label, logarithmic: false, range: [low, high], ticks };
}

/**
 * An axis of logarithms around positive values.
 *
 * @param ticks where numbers stand; at round ones when they are left out
 */
export function logarithmicAxis(label: string, values: readonly number[], ticks?: readonly number[]): Axis {
  const low = Math.min(...values) / 1.3;
  const high = Math.max(...values) * 1.3;
  const round = roundNumbers(low, high);
  const several = round.length < fewestTicks ? roundNumbers(low, high, allDigits) : round;
  return { label, logarithmic: true, range: [low, high], ticks: ticks ?? several };
}

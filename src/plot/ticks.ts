import type { Axis } from './axes.ts';

/** 1, 2, 5, 10, 20, 50 ... in a range of positive numbers. */
export function roundNumbers(low: number, high: number): number[] {
  const numbers: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.log10(high); exponent++)
    for (const digit of [1, 2, 5]) {
      // By way of text: 5e-1 is 0.5, and 5 * 10 ** -1 is not always.
      const number = Number(`${digit}e${exponent}`);
      if (number >= low && number <= high) numbers.push(number);
    }
  return numbers;
}

/** An axis from 0, or from the least value, to the greatest, with about six round numbers on it. */
export function linearAxis(label: string, values: readonly number[], low = 0): Axis {
  const high = Math.max(low + 1e-9, ...values);
  const rough = (high - low) / 6;
  const step = roundNumbers(rough / 2, rough * 3).find(number => number >= rough) ?? rough;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high * (1 + 1e-9); i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return { label, logarithmic: false, range: [low, high], ticks };
}

/** An axis of logarithms around positive values. */
export function logarithmicAxis(label: string, values: readonly number[]): Axis {
  const low = Math.min(...values) / 1.3;
  const high = Math.max(...values) * 1.3;
  return { label, logarithmic: true, range: [low, high], ticks: roundNumbers(low, high) };
}

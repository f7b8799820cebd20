import type { TextLengths } from '../../src/runtime/experiments/experiment.ts';

/** Texts of which only the numbers of their tokens are known. */
export const textsOfLengths = (...lengths: readonly number[]): TextLengths => ({
  count: lengths.length,
  lengthOf: text => lengths[text] ?? 0,
});

/** So many texts of so many tokens. */
export const equalTexts = (count: number, length: number): TextLengths => ({ count, lengthOf: () => length });

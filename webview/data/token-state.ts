import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { Moment } from '../../src/views/protocol.ts';

/** How a token stands: nothing known, wrong, or right with growing certainty. */
export const tokenCodes = { unknown: 0, wrong: 1, unsure: 2, fair: 3, likely: 4, sure: 5 } as const;
export type TokenCode = (typeof tokenCodes)[keyof typeof tokenCodes];

/**
 * Of a token at a moment: the one rule that chips, cards and raster share. Probabilities count by their logarithm:
 * training ends when the right token wins, and among thousands it wins with a few percent.
 */
export function tokenCode(token: TextToken, moment: Moment | undefined, index: number): TokenCode {
  const predicted = moment?.predicted[index] ?? -1;
  if (predicted < 0) return tokenCodes.unknown;
  if (predicted !== token.id) return tokenCodes.wrong;
  const probability = moment?.probability[index] ?? Number.NaN;
  if (probability < 0.004) return tokenCodes.unsure;
  if (probability < 0.04) return tokenCodes.fair;
  if (probability < 0.4) return tokenCodes.likely;
  return tokenCodes.sure;
}

export function codesAt(tokens: readonly TextToken[], moment: Moment | undefined): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(tokens, (token, index) => tokenCode(token, moment, index));
}

export const isRight = (code: number): boolean => code >= tokenCodes.unsure;

/** Numbers of a report: in English, like its words, wherever it is written. */

/** 5,000 */
export const count = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 });

/** Three digits that count: 0.0123, 12.3 */
export const figure = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });

/** Four digits that count, for numbers that lie close together. */
export const precise = (value: number): string =>
  value.toLocaleString('en', { minimumSignificantDigits: 4, maximumSignificantDigits: 4 });

/** A share as a percentage; it says 100 only where nothing is missing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return 'under 0.1 %';
  return share < 1 ? `${Math.min(99.9, share * 100).toFixed(1)} %` : '100 %';
}

/** A token for a person to read: in quotation marks, what cannot be seen as JSON writes it. */
export const quoted = (text: string): string => JSON.stringify(text);

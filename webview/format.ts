import { countsIn } from '../src/views/counts.ts';
import { t } from './strings.ts';

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });

/** 5,000 */
export const count = (value: number): string => whole.format(value);

/** Three digits that count: 0.0123, 12.3 */
export const figure = (value: number): string => short.format(value);

const threeDigits = new Intl.NumberFormat(undefined, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** The same with zeros at the end, for numbers below each other: 6.50 */
export const even = (value: number): string => threeDigits.format(value);

const finer = new Intl.NumberFormat(undefined, { minimumSignificantDigits: 4, maximumSignificantDigits: 4 });

/** Four digits that count, for numbers that lie close together: 0.9871 */
export const precise = (value: number): string => finer.format(value);

/** Counts with their nouns: "1 token", "2,345 tokens". */
export const counts = countsIn(t);
export const { bytes, evaluations } = counts;

/** A share as a percentage, rounded; it says 100 only where nothing is missing. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  if (share > 0 && share < 0.001) return t('under {0}%', 0.1);
  if (share > 1) return `${count(share * 100)}%`;
  const tenths = share < 1 ? Math.min(99.9, Math.round(share * 1000) / 10) : 100;
  return `${Number.isInteger(tenths) ? tenths : tenths.toFixed(1)}%`;
}

/** 0.4 s, 41 s, 2 min 5 s, 1 h 3 min */
export function duration(seconds: number): string {
  if (seconds < 1) return t('{0} s', figure(seconds));
  if (seconds < 10) return t('{0} s', seconds.toFixed(1));
  const rounded = Math.round(seconds);
  if (rounded < 60) return t('{0} s', rounded);
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return t('{0} min {1} s', minutes, rounded % 60);
  return t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}

/** 0:05, 1:02:03: as the editor and the status bar write the time left (src/runtime/clock.ts; pages take types from there). */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first = 0, ...others] = parts[0] ? parts : parts.slice(1);
  return [first, ...others.map(part => String(part).padStart(2, '0'))].join(':');
}

const visibleSpaces: Readonly<Record<string, string>> = { ' ': '·', '\n': '⏎', '\r': '␍', '\t': '→' };

/** White space as signs that can be seen. */
export const visible = (text: string): string => text.replace(/[ \n\r\t]/g, space => visibleSpaces[space] ?? space);

/** A token for a person to read: in quotation marks, its white space visible. */
export const quoted = (text: string): string => `“${visible(text)}”`;

import { scaleColour } from '../charts/colour-scale.ts';
import type { Measured } from './measures/measures.ts';
import { placeOf } from './measures/scale.ts';

/** Steps of colour and of the bar's length that can be told apart. */
const steps = 100;

/** A chip without a value. */
export const blank = 255;

/** The colour of each token as a step from 0 to 100, or `blank`. */
export const shadesOf = ({ values, scale }: Measured): Uint8Array =>
  Uint8Array.from(values, value => {
    const place = placeOf(scale, value);
    return Number.isNaN(place) ? blank : Math.round(place * steps);
  });

export const hex = (colour: number): string => `#${(0x1000000 | colour).toString(16).slice(1)}`;

const linear = (channel: number): number => {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

/** Relative luminance of WCAG 2, 0 to 1. */
const luminance = (colour: number): number =>
  0.2126 * linear(colour >> 16) + 0.7152 * linear((colour >> 8) & 255) + 0.0722 * linear(colour & 255);

/** Black or white, whichever stands out more from a colour: one of them always reaches a contrast of 4.58. */
export const inkOn = (colour: number): '#000000' | '#ffffff' => (luminance(colour) > 0.179 ? '#000000' : '#ffffff');

const table = Array.from({ length: steps + 1 }, (_, shade) => {
  const colour = scaleColour(shade / steps);
  return { tone: hex(colour), ink: inkOn(colour), length: `${shade}%` };
});

/** Colours a chip, and draws its value as a bar for those to whom colours say nothing. */
export function paintChip({ style }: HTMLElement, shade: number): void {
  const look = table[shade];
  for (const [name, value] of [
    ['--tone', look?.tone],
    ['--ink', look?.ink],
    ['--length', look?.length],
  ] as const)
    if (value) style.setProperty(name, value);
    else style.removeProperty(name);
}

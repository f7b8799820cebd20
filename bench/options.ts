import { InvalidArgumentError } from 'commander';

/** Reads the value of an option that counts at least one. */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a positive whole number.');
  return value;
}

/** Reads several of them, with commas between. */
export const positives = (text: string): number[] => text.split(',').map(positive);

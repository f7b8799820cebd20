import { InvalidArgumentError } from 'commander';
import { type DeviceName, deviceNames } from '../src/runtime/onnxruntime/device-names.ts';

/** Reads the value of an option that counts at least one. */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a positive whole number.');
  return value;
}

/** Reads several of them, with commas between. */
export const positives = (text: string): number[] => text.split(',').map(positive);

/** Reads names, with commas between. */
export const names = (text: string): string[] => text.split(',').map(name => name.trim());

/** Reads devices, with commas between. */
export function deviceList(text: string): DeviceName[] {
  return text.split(',').map(name => {
    const device = deviceNames.find(known => known === name);
    if (!device) throw new InvalidArgumentError(`It must be some of ${deviceNames.join(', ')}.`);
    return device;
  });
}

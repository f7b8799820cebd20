import { addCurves, sameSolutions } from '../../runtime/files/curves.ts';
import type { ConnectResult } from '../../runtime/results/connectivity.ts';

/** A NAME.solutions.json wherever it lies. */
export interface SolutionsPlace {
  readonly name: string;
  readonly read: () => Promise<Uint8Array>;
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/**
 * Adds curves to a file of solutions, which may have changed since they were begun.
 *
 * @param trainedOn the file as it was when they were begun
 * @returns undefined, or a copy of that file with the curves when the file has other solutions now and is left as it is
 */
export async function keepCurves(
  { name, read, write }: SolutionsPlace,
  trainedOn: Uint8Array,
  { curves }: Pick<ConnectResult, 'curves'>,
): Promise<Uint8Array | undefined> {
  const now = await read();
  if (!sameSolutions(trainedOn, now)) return addCurves(trainedOn, curves, name);
  if (curves.length) await write(addCurves(now, curves, name));
  return undefined;
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../errors.ts';
import type { DeviceName } from './device-names.ts';

/** Bytes that PROTO_TOKENS_MEMORY allows, in GiB there. @throws UserError when the variable holds no number above 0. */
function allowed({ PROTO_TOKENS_MEMORY: wanted }: NodeJS.ProcessEnv): number {
  if (!wanted) return Number.POSITIVE_INFINITY;
  if (!(Number(wanted) > 0))
    throw new UserError(`PROTO_TOKENS_MEMORY is "${wanted}"; set it to a number of GiB above 0.`);
  return Number(wanted) * 2 ** 30;
}

/**
 * Bytes of memory that may be used: those that the system has free, or fewer where PROTO_TOKENS_MEMORY says so.
 *
 * @throws UserError when the variable holds no number above 0.
 */
export const availableMemory = (environment: NodeJS.ProcessEnv = process.env): number =>
  Math.min(process.availableMemory(), allowed(environment));

/**
 * Bytes of a device's own memory that may be used; without end where nothing tells, and for devices that hold weights in
 * one way only. NVIDIA's driver brings the program that is asked.
 *
 * @throws UserError as `availableMemory`.
 */
export async function freeMemoryOn(device: DeviceName, environment: NodeJS.ProcessEnv = process.env): Promise<number> {
  if (device === 'cpu') return availableMemory(environment);
  if (device !== 'cuda') return Number.POSITIVE_INFINITY;
  const card = environment.CUDA_VISIBLE_DEVICES?.split(',')[0] || '0';
  const query = ['--query-gpu=memory.free', '--format=csv,noheader,nounits', `--id=${card}`];
  const mebibytes = await promisify(execFile)('nvidia-smi', query, { env: environment }).then(
    ({ stdout }) => Number.parseInt(stdout, 10),
    () => Number.NaN,
  );
  return Math.min(Number.isNaN(mebibytes) ? Number.POSITIVE_INFINITY : mebibytes * 2 ** 20, allowed(environment));
}

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { runtimeFolder } from './runtime-folder.ts';

/** Why the CUDA provider cannot be loaded: it is not there, or a library that it needs is not. */
export type CudaObstacle =
  | { readonly lacking: 'platform' | 'provider' }
  | { readonly lacking: 'library'; readonly library: string };

const provider = 'libonnxruntime_providers_cuda.so';

/** The folder of the libraries of the runtime that this process loads. */
const folderInUse = (): string =>
  runtimeFolder(join(createRequire(import.meta.url).resolve('onnxruntime-node'), '..', '..', '..', '..'));

/**
 * What keeps the CUDA provider from being loaded, in the words of the system's loader: the runtime itself says only that
 * it failed. Undefined when that is not what is wrong.
 *
 * @param folder of the runtime's libraries
 */
export function cudaObstacle(folder = folderInUse()): CudaObstacle | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { lacking: 'platform' };
  const path = join(folder, provider);
  if (!existsSync(path)) return { lacking: 'provider' };
  try {
    process.dlopen({ exports: {} }, path);
  } catch (error) {
    // Where all is found Node misses the marks of an add-on, which is not what was asked.
    const missing = /^(\S+): cannot open shared object file/.exec(messageOf(error))?.[1];
    return missing === undefined ? undefined : { lacking: 'library', library: missing };
  }
  return undefined;
}

import { join } from 'node:path';

/**
 * The folder of the runtime's libraries.
 *
 * @param root of the extension or of a clone, where its packages lie
 */
export function runtimeFolder(root: string): string {
  return join(root, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', process.platform, process.arch);
}

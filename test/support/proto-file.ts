import { EngineClient } from '../../src/runtime/engine/client.ts';
import { compress } from '../../src/runtime/operations/compression.ts';
import type { ParametersOf } from '../../src/runtime/operations/operation.ts';
import { inRepository } from './paths.ts';

type Options = ParametersOf<(typeof compress)['parameters']>['options'];

/** The .proto file of a text, made by a real engine. @param folder of the model */
export async function protoFile(folder: string, text: string, options: Options = {}): Promise<Uint8Array> {
  const engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs') });
  try {
    return (await engine.call(compress, { folder, device: 'cpu', job: 'file', text, options })).file;
  } finally {
    engine.stop();
  }
}

import { fileURLToPath } from 'node:url';
import { EngineClient } from '../runtime/engine/client.ts';
import type { DeviceChoice } from '../runtime/onnxruntime/device-names.ts';

/** Where this bundle lies; the engine lies beside it, the media one level up. */
const here = new URL('.', import.meta.url);
export const demoModel = fileURLToPath(new URL('../media/demo-model', here));
export const sampleText = fileURLToPath(new URL('../media/sample.txt', here));
export const heldOutPassages = fileURLToPath(new URL('../bench/passages.json', here));

export interface ModelOptions {
  readonly model: string;
  readonly device: DeviceChoice;
  readonly verbose: boolean;
}

/** Long: with a large model the last step and its scoring take minutes, and whoever will not wait presses Ctrl-C again. */
const graceMilliseconds = 30 * 60 * 1000;

/** Gives a command an engine of its own, and ends it with the command, however that ends. */
export async function withEngine<T>(
  { verbose }: Pick<ModelOptions, 'verbose'>,
  work: (engine: EngineClient) => Promise<T>,
): Promise<T> {
  const engine = new EngineClient({
    modulePath: fileURLToPath(new URL('engine.mjs', here)),
    graceMilliseconds,
    log: line => {
      if (verbose) process.stderr.write(`engine: ${line}\n`);
    },
  });
  try {
    return await work(engine);
  } finally {
    engine.stop();
  }
}

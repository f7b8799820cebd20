import { basename } from 'node:path';
import { type ModelOptions, withEngine } from '../engine.ts';
import { readBytes } from '../files.ts';

/** The exact text of a file on stdout, and nothing else. */
export async function decodeCommand(path: string, options: ModelOptions): Promise<void> {
  const file = await readBytes(path);
  const { text } = await withEngine(options, engine =>
    engine.decode({ folder: options.model, device: options.device, file, name: basename(path) }),
  );
  process.stdout.write(text);
}

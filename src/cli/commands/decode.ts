import { basename } from 'node:path';
import type { Command } from 'commander';
import { decode } from '../../runtime/operations/compression.ts';
import { type Common, command, guarded, withModelOfFile } from '../command.ts';
import { type ModelOptions, withEngine } from '../engine.ts';
import { readBytes } from '../files.ts';

export function addDecode(program: Command): void {
  withModelOfFile(command(program, 'decode', 'print the exact text of a file'))
    .argument('<file>', 'a .proto file')
    .action((file: string, options: Common) => guarded(() => decodeCommand(file, options)));
}

/** The exact text of a file on stdout, and nothing else. */
async function decodeCommand(path: string, options: ModelOptions): Promise<void> {
  const file = await readBytes(path);
  const { text } = await withEngine(options, engine =>
    engine.call(decode, { folder: options.model, device: options.device, file, name: basename(path) }),
  );
  process.stdout.write(text);
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { decode } from '../../runtime/operations/compression.ts';
import { loadModel } from '../../runtime/operations/models.ts';
import { type Common, command, guarded, withModel } from '../command.ts';
import { type ModelOptions, sampleText, withEngine } from '../engine.ts';
import { readText } from '../files.ts';
import { interruptedExitCode } from '../interrupt.ts';
import { compressTo } from './compress.ts';
import { describeCompression } from './summary.ts';

export function addDemo(program: Command): void {
  withModel(command(program, 'demo', 'compress and decode the sample text with the bundled model')).action(
    (options: Common) => guarded(() => demoCommand(options)),
  );
}

/** The sample text there and back again, with the bundled model. */
async function demoCommand(options: ModelOptions): Promise<void> {
  const text = await readText(sampleText);
  const folder = await mkdtemp(join(tmpdir(), 'proto-tokens-demo-'));
  const out = join(folder, 'sample.tokens.proto');
  try {
    await withEngine(options, async engine => {
      const model = await engine.call(loadModel, { folder: options.model, device: options.device });
      process.stdout.write(
        `Model    ${model.id}: ${model.architecture}, ${(model.parameters / 1e6).toFixed(1)} million frozen parameters, d = ${model.hiddenSize}\n` +
          `Device   ${model.device} (${model.deviceReason})\n\nThe text:\n\n${indent(text)}\n\n`,
      );
      const summary = await compressTo(engine, text, out, { ...options, choices: {} });
      process.stdout.write(`\n${describeCompression(summary)}\n`);
      if (summary.cancelled) {
        process.exitCode = interruptedExitCode;
        return;
      }
      const decoded = await engine.call(decode, {
        folder: options.model,
        device: options.device,
        file: await readFile(out),
        name: out,
      });
      const pace = Math.round(decoded.tokens / decoded.seconds);
      process.stdout.write(
        `\nDecoded in one forward pass, ${pace.toLocaleString('en')} tokens per second:\n\n${indent(decoded.text)}\n\n` +
          `${decoded.text === text ? 'It is the same text, to the last byte.' : 'IT IS NOT THE SAME TEXT.'}\n`,
      );
      if (decoded.text !== text) process.exitCode = 1;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const indent = (text: string): string => text.trimEnd().replace(/^/gm, '    ');

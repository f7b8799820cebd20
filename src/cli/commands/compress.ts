import { rm } from 'node:fs/promises';
import type { CompressionSummary } from '../../runtime/compression/compress.ts';
import type { CompressionChoices } from '../../runtime/compression/options.ts';
import type { EngineClient } from '../../runtime/engine/client.ts';
import { UserError } from '../../runtime/errors.ts';
import { checkWritable, writeAtomically } from '../../runtime/files/atomic.ts';
import { type ModelOptions, withEngine } from '../engine.ts';
import { readBytes, readText } from '../files.ts';
import { interruptedExitCode, interruptible } from '../interrupt.ts';
import { progressView } from '../terminal.ts';
import { describeCompression } from './summary.ts';

export interface CompressOptions extends ModelOptions {
  readonly out: string | undefined;
  /** Path of a file whose vectors are the start. */
  readonly from: string | undefined;
  readonly choices: CompressionChoices;
  readonly json: boolean;
}

/** Trains on a text with a progress view, and writes the file. Interrupted, it writes what has been earned. */
export async function compressTo(
  engine: EngineClient,
  text: string,
  out: string,
  options: Pick<CompressOptions, 'model' | 'device' | 'choices'> & { readonly continueFrom?: Uint8Array | undefined },
): Promise<CompressionSummary> {
  const view = progressView();
  const checkpoint = `${out}.checkpoint`;
  try {
    const { file, summary } = await interruptible(
      () => engine.kill(),
      signal =>
        engine.compress(
          {
            job: out,
            folder: options.model,
            device: options.device,
            text,
            options: options.choices,
            checkpoint,
            ...(options.continueFrom ? { continueFrom: options.continueFrom } : {}),
          },
          {
            signal,
            onProgress: progress => view.show(progress),
            onRestart: reason => process.stderr.write(`\n${reason}; going on from the last checkpoint.\n`),
          },
        ),
    );
    await writeAtomically(out, file);
    if (!summary.cancelled) await rm(checkpoint, { force: true });
    return summary;
  } finally {
    view.done();
  }
}

const ending = (out: string, { cancelled }: CompressionSummary): string =>
  cancelled
    ? `Interrupted; ${out} decodes exactly all the same, and the same command goes on from here.`
    : `Written to ${out}.`;

export async function compressCommand(path: string, options: CompressOptions): Promise<void> {
  const out = options.out ?? (path === '-' ? undefined : `${path}.tokens.proto`);
  if (out === undefined) throw new UserError('Text from standard input needs --out FILE for the result.');
  const text = await readText(path);
  await checkWritable(out);
  const continueFrom = options.from === undefined ? undefined : await readBytes(options.from);
  const summary = await withEngine(options, engine => compressTo(engine, text, out, { ...options, continueFrom }));
  process.stdout.write(
    options.json ? `${JSON.stringify(summary)}\n` : `${describeCompression(summary)}\n\n${ending(out, summary)}\n`,
  );
  if (summary.cancelled) process.exitCode = interruptedExitCode;
}

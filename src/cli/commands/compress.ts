import { rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { type CompressionChoices, compressionOptions } from '../../runtime/compression/options.ts';
import type { EngineClient } from '../../runtime/engine/client.ts';
import { UserError } from '../../runtime/errors.ts';
import { checkWritable, writeAtomically } from '../../runtime/files/atomic.ts';
import { compress } from '../../runtime/operations/compression.ts';
import { parseParameters } from '../../runtime/operations/parse.ts';
import type { CompressionSummary } from '../../runtime/results/compression.ts';
import { type Common, command, guarded, withJson, withModel } from '../command.ts';
import { type ModelOptions, withEngine } from '../engine.ts';
import { checkPlace, checkpointOf, exists, readBytes, readText, standardInput } from '../files.ts';
import { interruptedExitCode, interruptible, sayRestart } from '../interrupt.ts';
import { openToTrain } from '../memory.ts';
import { withOptions } from '../options.ts';
import { progressView } from '../terminal.ts';
import { describeCompression } from './summary.ts';

interface CompressOptions extends ModelOptions {
  readonly out: string | undefined;
  /** Path of a file whose vectors are the start. */
  readonly from: string | undefined;
  readonly choices: CompressionChoices;
  readonly json: boolean;
}

/** What came of a compression, and whether its file was written. */
export interface Compressed extends CompressionSummary {
  readonly written: boolean;
}

export function addCompress(program: Command): void {
  const target = withModel(command(program, 'compress', 'train proto-tokens for a text and write them to a file'))
    .argument('<file>', 'text in UTF-8, or - for standard input')
    .option('--out <file>', 'where to write (default: FILE.tokens.proto)')
    .option('--from <file>', 'a .proto file of the text before an edit: what was not edited keeps its vectors');
  withJson(withOptions(target, compressionOptions)).action(
    (
      file: string,
      {
        out,
        from,
        json,
        model,
        device,
        verbose,
        ...given
      }: Common & { out?: string; from?: string } & CompressionChoices,
    ) =>
      guarded(async () => {
        const choices = parseParameters(compressionOptions, given);
        await compressCommand(file, { out, from, json, model, device, verbose, choices });
      }),
  );
}

/**
 * Trains on a text with a progress view, and writes the file. Interrupted, it writes what there is so far where there was
 * no file before: a result replaces an older one only when it is complete.
 *
 * @throws Cancelled when it was interrupted before it began.
 */
export async function compressTo(
  engine: EngineClient,
  text: string,
  out: string,
  options: Pick<CompressOptions, 'model' | 'device' | 'choices'> & { readonly continueFrom?: Uint8Array | undefined },
): Promise<Compressed> {
  const view = progressView();
  const checkpoint = checkpointOf(out);
  const { model: folder, device, choices, continueFrom } = options;
  try {
    const { file, summary } = await interruptible(
      () => engine.kill(),
      async signal => {
        await openToTrain(engine, options, choices.recipe, signal);
        return await engine.call(
          compress,
          { job: out, folder, device, text, options: choices, checkpoint, continueFrom },
          {
            signal,
            onProgress: progress => view.show(progress),
            onRestart: sayRestart,
          },
        );
      },
    );
    const written = !summary.cancelled || !(await exists(out));
    if (written) await writeAtomically(out, file);
    if (!summary.cancelled) await rm(checkpoint, { force: true });
    return { ...summary, written };
  } finally {
    view.done();
  }
}

function ending(out: string, { cancelled, written }: Compressed): string {
  if (!cancelled) return `Written to ${out}.`;
  return written
    ? `Interrupted; ${out} decodes exactly all the same, and the same command goes on from here.`
    : `Interrupted; ${out} is left as it was, and the same command goes on from ${checkpointOf(out)}.`;
}

async function compressCommand(path: string, options: CompressOptions): Promise<void> {
  const out = options.out ?? (path === standardInput ? undefined : `${path}.tokens.proto`);
  if (out === undefined) throw new UserError('Text from standard input needs --out FILE for the result.');
  await checkPlace(out, [path]);
  const text = await readText(path);
  await checkWritable(out);
  const continueFrom = options.from === undefined ? undefined : await readBytes(options.from);
  const result = await withEngine(options, engine => compressTo(engine, text, out, { ...options, continueFrom }));
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ out, ...result })}\n`
      : `${describeCompression(result)}\n\n${ending(out, result)}\n`,
  );
  if (result.cancelled) process.exitCode = interruptedExitCode;
}

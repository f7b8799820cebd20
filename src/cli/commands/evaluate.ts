import { basename } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../runtime/counted.ts';
import { evaluate } from '../../runtime/operations/compression.ts';
import type { EvaluatedToken } from '../../runtime/results/tokens.ts';
import { type Common, command, guarded, withJson, withModelOfFile } from '../command.ts';
import { type ModelOptions, withEngine } from '../engine.ts';
import { readBytes, readText } from '../files.ts';
import { plain } from '../plain.ts';

interface EvaluateOptions extends ModelOptions {
  readonly text: string | undefined;
  readonly json: boolean;
}

/** One line a token: whether it is right, target, prediction, nll, rank, range. */
function table(tokens: readonly EvaluatedToken[]): string {
  const rows = tokens.map(({ target, predicted, targetText, predictedText, nll, rank, start, end }) => [
    target === predicted ? 'right' : 'WRONG',
    JSON.stringify(targetText),
    target === predicted ? '' : JSON.stringify(predictedText),
    nll.toFixed(3),
    String(rank),
    `${start}-${end}`,
  ]);
  const header = ['', 'target', 'predicted', 'nll', 'rank', 'range'];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function addEvaluate(program: Command): void {
  withJson(
    withModelOfFile(
      command(program, 'evaluate', 'show how the model sees each token of a text from the vectors of a file'),
    )
      .argument('<file>', 'a .proto file')
      .option('--text <file>', "what the vectors should emit, or - for standard input (default: the file's own text)"),
  ).action((file: string, { text, ...options }: Common & { text?: string }) =>
    guarded(() => evaluateCommand(file, { ...options, text })),
  );
}

/** How the model sees every token of a text from the vectors of a file. */
async function evaluateCommand(path: string, options: EvaluateOptions): Promise<void> {
  const file = await readBytes(path);
  const text = options.text === undefined ? {} : { text: await readText(options.text) };
  const tokens = await withEngine(options, engine =>
    engine.call(evaluate, { folder: options.model, device: options.device, file, name: basename(path), ...text }),
  );
  const correct = tokens.filter(({ target, predicted }) => target === predicted).length;
  const nll = tokens.reduce((sum, token) => sum + token.nll, 0);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ tokens: tokens.length, correct, accuracy: correct / tokens.length, nll, perToken: tokens })}\n`
      : plain(
          `${table(tokens)}\n\n${correct} of ${counted(tokens.length, 'token')} right, ${nll.toFixed(3)} nats in all\n`,
        ),
  );
}

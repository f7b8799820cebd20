import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod/mini';
import {
  continuationOptions,
  type SolutionChoices,
  solutionOptions,
} from '../../runtime/analysis/solutions/options.ts';
import { clock } from '../../runtime/clock.ts';
import { counted } from '../../runtime/counted.ts';
import type { EngineClient } from '../../runtime/engine/client.ts';
import { UserError } from '../../runtime/errors.ts';
import { checkWritable, writeAtomically } from '../../runtime/files/atomic.ts';
import { sniffProto } from '../../runtime/files/proto-file.ts';
import { looksLikeSolutions } from '../../runtime/files/solutions-file.ts';
import type { ParametersOf } from '../../runtime/operations/operation.ts';
import { findSolutions, gatherSolutions, inspectSolutions } from '../../runtime/operations/solutions.ts';
import type { SolutionsInspection, SolutionsProgress } from '../../runtime/results/solutions.ts';
import { type Common, command, guarded, withJson, withModel } from '../command.ts';
import { type ModelOptions, withEngine } from '../engine.ts';
import { checkPlace, checkpointOf, exists, readBytes, readText, standardInput } from '../files.ts';
import { interruptedExitCode, interruptible, sayRestart } from '../interrupt.ts';
import { openToTrain } from '../memory.ts';
import { wholeNumber, withOptions } from '../options.ts';
import { plain } from '../plain.ts';
import { statusLine } from '../status-line.ts';
import { shortened, table } from '../table.ts';

interface SolutionsOptions extends ModelOptions {
  readonly out: string;
  /** Continuations of each context. */
  readonly continuations: number | undefined;
  readonly context: readonly string[];
  /** Of each continuation. */
  readonly tokens: number;
  readonly choices: SolutionChoices;
  readonly json: boolean;
}

/** What a search found, in numbers. */
interface Found {
  readonly file: Uint8Array;
  readonly cancelled: boolean;
  /** Undefined where nothing was trained. */
  readonly evaluations: number | undefined;
  readonly seconds: number | undefined;
}

const status = ({ solutions, settled, perfect, evaluations, seconds }: SolutionsProgress): string =>
  `${clock(seconds)} ${settled} of ${counted(solutions.length, 'solution')} done, ${perfect} perfect, ${counted(evaluations, 'evaluation')}`;

async function search(
  engine: EngineClient,
  paths: readonly string[],
  { out, model, device, continuations, context, tokens, choices }: SolutionsOptions,
): Promise<Found> {
  if (continuations !== undefined && !context.length)
    throw new UserError('--continuations needs --context FILE, the text that the model goes on from.');
  if (continuations === undefined && context.length)
    throw new UserError('--context needs --continuations COUNT, how often the model goes on from it.');
  await checkPlace(out, [...paths, ...context]);
  const named = async (path: string) => ({
    title: path === standardInput ? path : basename(path),
    text: await readText(path),
  });
  const request: ParametersOf<typeof findSolutions.parameters> = {
    folder: model,
    device,
    texts: await Promise.all(paths.map(named)),
    options: choices,
    checkpoint: checkpointOf(out),
    ...(continuations === undefined
      ? {}
      : { continuations: { count: continuations, tokens, contexts: await Promise.all(context.map(named)) } }),
  };
  const line = statusLine();
  try {
    const { file, summary } = await interruptible(
      () => engine.kill(),
      async signal => {
        await openToTrain(engine, { model, device }, choices.recipe, signal);
        return await engine.call(findSolutions, request, {
          signal,
          onProgress: progress => line.show(status(progress)),
          onRestart: sayRestart,
        });
      },
    );
    return { file, ...summary };
  } finally {
    line.done();
  }
}

/** Texts are searched; files that hold solutions already are gathered, without any training. */
async function found(engine: EngineClient, paths: readonly string[], options: SolutionsOptions): Promise<Found> {
  const files = await Promise.all(
    paths
      .filter(path => path !== standardInput)
      .map(async path => ({ name: basename(path), file: await readBytes(path) })),
  );
  const solved = files.filter(({ file }) => sniffProto(file) === 'proto-tokens' || looksLikeSolutions(file));
  if (!solved.length) return search(engine, paths, options);
  if (solved.length < paths.length || options.continuations !== undefined)
    throw new UserError(
      'Texts cannot be mixed with files that hold solutions already; find the solutions of the texts in a file of their own, then gather both.',
    );
  const { model: folder, device } = options;
  const file = await engine.call(gatherSolutions, { folder, device, files: solved });
  return { file, cancelled: false, evaluations: undefined, seconds: undefined };
}

function rangeOf(values: readonly number[]): string {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  if (!values.length) return '-';
  return least === greatest ? String(least) : `${least} to ${greatest}`;
}

function describe({ texts, solutions }: SolutionsInspection): string {
  const rows = texts.map(({ title, text, context }, index) => {
    const own = solutions.filter(solution => solution.text === index);
    const steps = own.map(solution => solution.steps);
    return [
      title,
      context ?? '-',
      String(own[0]?.tokens ?? '-'),
      String(own.length),
      String(own.filter(({ correct, tokens }) => correct === tokens).length),
      rangeOf(steps),
      shortened(text),
    ];
  });
  const header = ['text', 'context', 'tokens', 'solutions', 'perfect', 'evaluations', 'first words'];
  return table(header, rows, ['tokens', 'solutions', 'perfect']);
}

export function addSolutions(program: Command): void {
  const target = withModel(
    command(program, 'solutions', 'find many solutions of texts, or gather the solutions of several files into one'),
  )
    .argument(
      '[files...]',
      'texts in UTF-8 of one segment each; or NAME.solutions.json and .proto files of one segment each',
    )
    .requiredOption('--out <file>', 'file to write, NAME.solutions.json')
    .option(
      '--continuations <count>',
      'number of texts that the model itself generates after each context',
      wholeNumber({ minimum: 1, maximum: 10_000 }),
    )
    .option('--context <file...>', 'texts that the model continues', []);
  const flags = withOptions(withOptions(target, z.pick(continuationOptions, { tokens: true })), solutionOptions);
  withJson(flags).action(
    (
      files: string[],
      {
        out,
        continuations,
        context,
        tokens,
        json,
        model,
        device,
        verbose,
        ...choices
      }: Common & SolutionChoices & { out: string; continuations?: number; context: string[]; tokens: number },
    ) =>
      guarded(() =>
        solutionsCommand(files, { out, continuations, context, tokens, json, model, device, verbose, choices }),
      ),
  );
}

/** Many solutions of texts, or of what the model goes on with after a context, into one file. */
async function solutionsCommand(paths: readonly string[], options: SolutionsOptions): Promise<void> {
  const { out, json } = options;
  await checkWritable(out);
  await withEngine(options, async engine => {
    const { file, cancelled, evaluations, seconds } = await found(engine, paths, options);
    // A result replaces an older one only when it is complete.
    const written = !cancelled || !(await exists(out));
    if (written) await writeAtomically(out, file);
    if (!cancelled) await rm(checkpointOf(out), { force: true });
    const inspection = await engine.call(inspectSolutions, { file, name: out });
    const training =
      evaluations === undefined ? '' : `${counted(evaluations, 'evaluation')} in ${clock(seconds ?? 0)}\n`;
    const kept = written ? `the solutions so far are written to ${out}` : `${out} is left as it was`;
    const ending = cancelled ? `Interrupted; ${kept}, and the same command goes on from here.` : `Written to ${out}.`;
    process.stdout.write(
      json
        ? `${JSON.stringify({ out, written, cancelled, evaluations, seconds, ...inspection })}\n`
        : plain(`${describe(inspection)}\n\n${training}${ending}\n`),
    );
    if (cancelled) process.exitCode = interruptedExitCode;
  });
}

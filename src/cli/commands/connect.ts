import { rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type ConnectChoices, connectOptions } from '../../runtime/analysis/connectivity/options.ts';
import { clock } from '../../runtime/clock.ts';
import { counted } from '../../runtime/counted.ts';
import { UserError } from '../../runtime/errors.ts';
import { checkWritable, writeAtomically } from '../../runtime/files/atomic.ts';
import { addCurves } from '../../runtime/files/curves.ts';
import { connect, lossSurface } from '../../runtime/operations/analyses.ts';
import type { Connection, ConnectProgress, ConnectReport, LossSurface } from '../../runtime/results/connectivity.ts';
import { type Common, command, guarded, withJson, withModelOfFile } from '../command.ts';
import { type ModelOptions, withEngine } from '../engine.ts';
import { checkPlace, checkpointOf, exists, readBytes } from '../files.ts';
import { interruptedExitCode, interruptible, sayRestart } from '../interrupt.ts';
import { openToTrain } from '../memory.ts';
import { withOptions } from '../options.ts';
import { statusLine } from '../status-line.ts';
import { percent, table } from '../table.ts';

interface ConnectOptions extends ModelOptions {
  readonly out: string;
  readonly choices: ConnectChoices;
  readonly surface: boolean;
  readonly json: boolean;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** "all", "stored" or "0,1". */
function parsePairs(text: string): ConnectChoices['pairs'] {
  if (text === 'all' || text === 'stored') return text;
  const [, first, second] = /^(\d+),(\d+)$/.exec(text) ?? [];
  if (first === undefined || second === undefined)
    throw new InvalidArgumentError('It must be all, stored, or two indices as in 0,1.');
  return [[Number(first), Number(second)]];
}

export function addConnect(program: Command): void {
  const target = withModelOfFile(
    command(program, 'connect', 'train curves between the solutions of a text, along which the text still comes out'),
  )
    .argument('<file>', 'NAME.solutions.json; the curves are added to it')
    .option('--out <file>', 'file to write, with its curves (default: FILE itself)');
  withJson(
    withOptions(target, connectOptions, { pairs: parsePairs }).option(
      '--surface',
      'for one pair, the loss on the plane through both solutions and the control point',
      false,
    ),
  ).action(
    (
      file: string,
      {
        out,
        surface,
        json,
        model,
        device,
        verbose,
        ...choices
      }: Common & ConnectChoices & { out?: string; surface: boolean },
    ) => guarded(() => connectCommand(file, { out: out ?? file, surface, json, model, device, verbose, choices })),
  );
}

const status = ({ curves, settled, seconds }: ConnectProgress): string => {
  const known = curves.flatMap(({ lowestAccuracy }) => (lowestAccuracy === undefined ? [] : [lowestAccuracy]));
  const lowest = known.length ? `, lowest accuracy ${percent(mean(known))} on average` : '';
  return `${clock(seconds)} ${settled} of ${counted(curves.length, 'curve')} done${lowest}`;
};

function perPair(connections: readonly Connection[]): string {
  const header = ['pair', 'steps', 'length ratio', 'line, lowest', 'line, mean', 'curve, lowest', 'curve, mean'];
  const rows = connections.map(({ first, second, steps, lengthRatio, straight, curve }) => [
    `${first},${second}`,
    String(steps),
    lengthRatio.toFixed(3),
    percent(straight.lowestAccuracy),
    percent(straight.meanAccuracy),
    percent(curve.lowestAccuracy),
    percent(curve.meanAccuracy),
  ]);
  return table(header, rows, header.slice(1));
}

/** Accuracy along the paths, over all pairs: what figure 6 of the paper draws. */
function alongThePaths({ grid, connections }: ConnectReport): string {
  const band = (values: readonly number[]): string[] => [
    percent(mean(values)),
    `${percent(Math.min(...values))} to ${percent(Math.max(...values))}`,
  ];
  const rows = grid.map((t, i) => [
    t.toFixed(2),
    ...band(connections.map(({ straight }) => straight.accuracy[i] ?? Number.NaN)),
    ...band(connections.map(({ curve }) => curve.accuracy[i] ?? Number.NaN)),
  ]);
  const header = ['t', 'line, mean', 'line, range', 'curve, mean', 'curve, range'];
  return table(header, rows, header.slice(1));
}

function describe(report: ConnectReport): string {
  const { connections, seconds } = report;
  if (!connections.length) return 'There are no curves.';
  const better = connections.filter(({ straight, curve }) => curve.lowestAccuracy > straight.lowestAccuracy).length;
  const whole = connections.filter(({ curve }) => curve.lowestAccuracy === 1).length;
  const ratios = connections.map(({ lengthRatio }) => lengthRatio);
  return [
    perPair(connections),
    alongThePaths(report),
    `${whole} of ${counted(connections.length, 'curve')} perfect along the whole curve, ${better} with a higher lowest accuracy than the line; length ratio ${mean(ratios).toFixed(3)} on average, ${Math.max(...ratios).toFixed(3)} at most; ${clock(seconds)}`,
  ].join('\n\n');
}

/** Accuracy on the plane in tenths, the second axis upwards; A and B are the solutions, C the control point. */
function drawn({ x, y, accuracy, first, second, control }: LossSurface): string {
  const nearest = (values: readonly number[], value: number): number =>
    values.reduce((best, other, i) => (Math.abs(other - value) < Math.abs((values[best] ?? 0) - value) ? i : best), 0);
  const rows = y.map((_, row) =>
    x.map((_, column) => String(Math.min(9, Math.floor(10 * (accuracy[row * x.length + column] ?? 0))))),
  );
  for (const [mark, point] of Object.entries({ C: control, A: first, B: second })) {
    const row = rows[nearest(y, point[1])];
    if (row) row[nearest(x, point[0])] = mark;
  }
  return rows
    .reverse()
    .map(row => row.join(' '))
    .join('\n');
}

const lists = (_: string, value: unknown): unknown =>
  value instanceof Float32Array || value instanceof Int32Array ? Array.from(value) : value;

/**
 * Where a file with its curves may be written: beside it, when the file has changed since it was read.
 *
 * @returns the place, and a sentence when it is another one than was wanted
 */
async function placeFor(path: string, out: string, read: Uint8Array): Promise<{ place: string; note: string }> {
  if (out !== path || Buffer.compare(await readBytes(path), read) === 0) return { place: out, note: '' };
  const ending = path.endsWith('.solutions.json') ? '.solutions.json' : extname(path);
  const place = `${path.slice(0, path.length - ending.length)}-with-curves${ending}`;
  return { place, note: `${path} has changed while the curves were trained and is left as it is. ` };
}

function endingOf(place: string, written: boolean, cancelled: boolean): string {
  if (!cancelled) return `Written to ${place}.`;
  const kept = written ? `the curves so far are written to ${place}` : `${place} is left as it was`;
  return `Interrupted; ${kept}, and the same command goes on from here.`;
}

/** Curves between the solutions of a file, trained where they are not there yet. */
async function connectCommand(path: string, options: ConnectOptions): Promise<void> {
  const { out, choices, model: folder, device, json } = options;
  const { pairs } = choices;
  const [pair] = Array.isArray(pairs) ? pairs : [];
  if (options.surface && !pair)
    throw new UserError('--surface needs a single pair; name it, for example with --pairs 0,1.');
  const name = basename(path);
  const file = await readBytes(path);
  await checkPlace(out, []);
  await checkWritable(out);
  const checkpoint = checkpointOf(out);
  await withEngine(options, async engine => {
    const line = statusLine();
    const result = await interruptible(
      () => engine.kill(),
      async signal => {
        await openToTrain(engine, options, undefined, signal);
        return await engine.call(
          connect,
          { folder, device, file, name, options: choices, checkpoint },
          { signal, onProgress: progress => line.show(status(progress)), onRestart: sayRestart },
        );
      },
    ).finally(() => line.done());
    const { report, curves } = result;
    const connected = addCurves(file, curves, name);
    const { place, note } = await placeFor(path, out, file);
    // The file itself only gains curves; another one may have more of them already.
    const written = !report.cancelled || out === path || !(await exists(out));
    if (written) await writeAtomically(place, connected);
    if (!report.cancelled) await rm(checkpoint, { force: true });
    const surface =
      options.surface && pair && !report.cancelled
        ? await engine.call(lossSurface, {
            folder,
            device,
            file: connected,
            name,
            pair: { first: pair[0], second: pair[1] },
          })
        : undefined;
    const ending = endingOf(place, written, report.cancelled);
    process.stdout.write(
      json
        ? `${JSON.stringify({ out: place, written, ...report, ...(surface ? { surface } : {}) }, lists)}\n`
        : `${[describe(report), ...(surface ? [drawn(surface)] : []), `${note}${ending}`].join('\n\n')}\n`,
    );
    if (report.cancelled) process.exitCode = interruptedExitCode;
  });
}

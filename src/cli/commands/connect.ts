import { basename } from 'node:path';
import type { Connection, ConnectProgress, ConnectReport } from '../../runtime/analysis/connectivity/connect.ts';
import type { ConnectChoices } from '../../runtime/analysis/connectivity/options.ts';
import type { LossSurface } from '../../runtime/analysis/connectivity/surface.ts';
import { clock } from '../../runtime/clock.ts';
import { UserError } from '../../runtime/errors.ts';
import { checkWritable, writeAtomically } from '../../runtime/files/atomic.ts';
import { type ModelOptions, withEngine } from '../engine.ts';
import { readBytes } from '../files.ts';
import { interruptedExitCode, interruptible } from '../interrupt.ts';
import { statusLine } from '../status-line.ts';
import { percent, table } from '../table.ts';

export interface ConnectOptions extends ModelOptions {
  readonly out: string;
  readonly choices: ConnectChoices;
  readonly surface: boolean;
  readonly json: boolean;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const pointsOfSurface = 21;

const status = ({ curves, settled, seconds }: ConnectProgress): string => {
  const known = curves.flatMap(({ lowestAccuracy }) => (lowestAccuracy === undefined ? [] : [lowestAccuracy]));
  const lowest = known.length ? `, lowest accuracy ${percent(mean(known))} on average` : '';
  return `${clock(seconds)} ${settled} of ${curves.length} curves done${lowest}`;
};

function perPair(connections: readonly Connection[]): string {
  const header = ['pair', 'steps', 'length', 'line lowest', 'line mean', 'curve lowest', 'curve mean'];
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

/** Accuracy along the way, over all pairs: what figure 6 of the paper draws. */
function alongTheWay({ grid, connections }: ConnectReport): string {
  const band = (values: readonly number[]): string[] => [
    percent(mean(values)),
    `${percent(Math.min(...values))} to ${percent(Math.max(...values))}`,
  ];
  const rows = grid.map((t, i) => [
    t.toFixed(2),
    ...band(connections.map(({ straight }) => straight.accuracy[i] ?? Number.NaN)),
    ...band(connections.map(({ curve }) => curve.accuracy[i] ?? Number.NaN)),
  ]);
  const header = ['t', 'line', 'between', 'curve', 'and'];
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
    alongTheWay(report),
    `${whole} of ${connections.length} curves are perfect all along, ${better} better at their worst than the line; they are ${mean(ratios).toFixed(3)} times as long on average, ${Math.max(...ratios).toFixed(3)} at most; ${clock(seconds)}`,
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

/** Curves between the solutions of a file, trained where they are not there yet. */
export async function connectCommand(path: string, options: ConnectOptions): Promise<void> {
  const { out, choices, model: folder, device, json } = options;
  const { pairs } = choices;
  const [pair] = Array.isArray(pairs) ? pairs : [];
  if (options.surface && !pair) throw new UserError('--surface is of one pair; name it with --pairs 0,1.');
  const name = basename(path);
  const file = await readBytes(path);
  await checkWritable(out);
  await withEngine(options, async engine => {
    const line = statusLine();
    const result = await interruptible(
      () => engine.kill(),
      signal =>
        engine.analysis.connect(
          { job: out, folder, device, file, name, options: choices },
          { signal, onProgress: progress => line.show(status(progress)) },
        ),
    ).finally(() => line.done());
    await writeAtomically(out, result.file);
    const { report } = result;
    const surface =
      options.surface && pair && !report.cancelled
        ? await engine.analysis.lossSurface({
            folder,
            device,
            file: result.file,
            name,
            pair: { first: pair[0], second: pair[1] },
            points: pointsOfSurface,
          })
        : undefined;
    const ending = `${report.cancelled ? 'Interrupted; what was earned is w' : 'W'}ritten to ${out}.`;
    process.stdout.write(
      json
        ? `${JSON.stringify({ out, ...report, ...(surface ? { surface } : {}) }, lists)}\n`
        : `${[describe(report), ...(surface ? [drawn(surface)] : []), ending].join('\n\n')}\n`,
    );
    if (report.cancelled) process.exitCode = interruptedExitCode;
  });
}

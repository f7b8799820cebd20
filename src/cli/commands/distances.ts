import { basename } from 'node:path';
import type { Command } from 'commander';
import { type DistanceChoices, distanceOptions } from '../../runtime/analysis/distances/options.ts';
import { counted } from '../../runtime/counted.ts';
import { distances } from '../../runtime/operations/analyses.ts';
import type { Bin, DistanceReport } from '../../runtime/results/distances.ts';
import { type Common, command, guarded, withJson, withModelOfFile } from '../command.ts';
import { type ModelOptions, withEngine } from '../engine.ts';
import { readBytes } from '../files.ts';
import { withOptions } from '../options.ts';
import { plain } from '../plain.ts';
import { percent, table } from '../table.ts';

interface DistancesOptions extends ModelOptions {
  readonly choices: DistanceChoices;
  readonly json: boolean;
}

const number = (value: number): string => value.toFixed(4);

/** A matrix of more texts than this is for a picture. */
const mostTexts = 12;

/** Mean distance between the solutions of every two texts; within a text that of its pairs. */
function betweenTexts({ texts, solutions, distances: values }: DistanceReport): string {
  const n = solutions.length;
  const mean = (a: number, b: number): string => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        if (i !== j && solutions[i]?.text === a && solutions[j]?.text === b) {
          sum += values[i * n + j] ?? 0;
          count++;
        }
    return count ? number(sum / count) : '-';
  };
  const header = ['mean', ...texts.map((_, index) => String(index + 1))];
  const rows = texts.map(({ title }, a) => [`${a + 1} ${title}`, ...texts.map((_, b) => mean(a, b))]);
  return table(header, rows, header.slice(1));
}

function describe(report: DistanceReport): string {
  const { measure, over, solutions, leftOut, texts, groups, overlaps, bins, semanticBins, semanticMissing } = report;
  const which = over === 'both' ? 'e and m' : over;
  const pairs = table(
    ['pairs', 'count', 'median', 'quartiles', 'least', 'greatest'],
    groups.map(group => [
      group.kind,
      String(group.pairs),
      number(group.median),
      group.quartiles.map(number).join(' to '),
      number(group.least),
      number(group.greatest),
    ]),
    ['count', 'median', 'quartiles', 'least', 'greatest'],
  );
  const common = overlaps.map(
    ({ kinds, coefficient }) => `${kinds.join(' and ')} overlap by ${percent(coefficient)} of their density`,
  );
  const binned = (name: string, which: readonly Bin[]): string =>
    table(
      ['pairs of texts', name, 'vector distance', 'count'],
      which.map(bin => [bin.kind, number(bin.textDistance), number(bin.vectorDistance), String(bin.pairs)]),
      [name, 'vector distance', 'count'],
    );
  return [
    `${measure} distances over ${which} between ${counted(solutions.length, 'solution')} of ${counted(texts.length, 'text')}, ${leftOut} left out`,
    pairs,
    ...(common.length ? [common.join('\n')] : []),
    ...(texts.length > 1 && texts.length <= mostTexts ? [betweenTexts(report)] : []),
    ...(bins.length ? [binned('token distance', bins)] : []),
    ...(semanticBins.length ? [binned('semantic distance', semanticBins)] : []),
    ...(bins.length && semanticMissing !== null
      ? [`${semanticMissing} The option "--semantic fetch" downloads it.`]
      : []),
  ].join('\n\n');
}

/** As one JSON object: typed arrays as lists, the matrix as a list of rows. */
function json({ distances: values, ...report }: DistanceReport): string {
  const n = report.solutions.length;
  const rows = Array.from({ length: n }, (_, i) => Array.from(values.subarray(i * n, (i + 1) * n)));
  return JSON.stringify({ ...report, distances: rows }, (_, value: unknown) =>
    value instanceof Float64Array ? Array.from(value) : value,
  );
}

export function addDistances(program: Command): void {
  const target = withModelOfFile(
    command(program, 'distances', 'show how far apart solutions lie: of one text, of one context, of different ones'),
  ).argument('<files...>', 'NAME.solutions.json, or .proto files of one segment each');
  withJson(withOptions(target, distanceOptions)).action(
    (files: string[], { json: asJson, model, device, verbose, ...choices }: Common & DistanceChoices) =>
      guarded(() => distancesCommand(files, { json: asJson, model, device, verbose, choices })),
  );
}

/** How far apart the solutions of one or several files lie. */
async function distancesCommand(paths: readonly string[], options: DistancesOptions): Promise<void> {
  const files = await Promise.all(paths.map(async path => ({ name: basename(path), file: await readBytes(path) })));
  const { model: folder, device, choices } = options;
  const report = await withEngine(options, engine =>
    engine.call(distances, { folder, device, files, options: choices }),
  );
  process.stdout.write(`${options.json ? json(report) : plain(describe(report))}\n`);
}

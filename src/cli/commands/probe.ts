import { basename } from 'node:path';
import type { Command } from 'commander';
import { type ProbeChoices, probeOptions } from '../../runtime/analysis/probe/options.ts';
import { counted } from '../../runtime/counted.ts';
import { probe } from '../../runtime/operations/analyses.ts';
import type { ProbeReport } from '../../runtime/results/probe.ts';
import type { NearToken } from '../../runtime/results/tokens.ts';
import { type Common, command, guarded, withJson, withModelOfFile } from '../command.ts';
import { type ModelOptions, withEngine } from '../engine.ts';
import { readBytes } from '../files.ts';
import { withOptions } from '../options.ts';
import { plain } from '../plain.ts';
import { percent, shortened, table } from '../table.ts';

interface ProbeOptions extends ModelOptions {
  readonly choices: ProbeChoices;
  readonly json: boolean;
}

const near = (tokens: readonly NearToken[], value: (token: NearToken) => number): string =>
  tokens.map(token => `"${shortened(token.text)}" ${value(token).toFixed(2)}`).join('  ');

function heads({ attention: { layers, heads: count, mean } }: ProbeReport): string {
  const header = ['layer', ...Array.from({ length: count }, (_, head) => `head ${head}`)];
  const rows = Array.from({ length: layers }, (_, layer) => [
    String(layer),
    ...Array.from(mean.subarray(layer * count, (layer + 1) * count), percent),
  ]);
  return table(header, rows, header);
}

function describe(report: ProbeReport): string {
  const { vectors, embeddingNorms: norms, attention, beginningToken, continuations, tokens } = report;
  const prefix = beginningToken ? `(e, m) and ${shortened(beginningToken.text)}` : '(e, m)';
  return [
    `two vectors for ${counted(tokens, 'token')}`,
    `norms of the embedding matrix: ${norms.least.toFixed(2)} to ${norms.greatest.toFixed(2)}, quartiles ${norms.quartiles.map(norm => norm.toFixed(2)).join(', ')}`,
    ...vectors.map(({ proto, norm, shareShorter, byCosine, byProduct }) =>
      [
        `${proto}: norm ${norm.toFixed(2)}, longer than ${percent(shareShorter)} of the embeddings`,
        `  by cosine   ${near(byCosine, ({ cosine }) => cosine)}`,
        `  by product  ${near(byProduct, ({ product }) => product)}`,
      ].join('\n'),
    ),
    `attention that output positions pay to e; spread evenly it would be ${percent(attention.even)}`,
    heads(report),
    `what the model generates after ${prefix}`,
    continuations.map(({ choice, text }) => `${choice.padEnd(8)} ${shortened(text, 200)}`).join('\n'),
  ].join('\n\n');
}

const lists = (_: string, value: unknown): unknown => (value instanceof Float32Array ? Array.from(value) : value);

export function addProbe(program: Command): void {
  const target = withModelOfFile(command(program, 'probe', 'show what the two vectors of a solution hold'));
  withJson(withOptions(target.argument('<file>', 'NAME.solutions.json or a .proto file'), probeOptions)).action(
    (file: string, { json, model, device, verbose, ...choices }: Common & ProbeChoices) =>
      guarded(() => probeCommand(file, { json, model, device, verbose, choices })),
  );
}

/** What the two vectors of a solution hold. */
async function probeCommand(path: string, options: ProbeOptions): Promise<void> {
  const file = await readBytes(path);
  const { model: folder, device, choices } = options;
  const report = await withEngine(options, engine =>
    engine.call(probe, { folder, device, file, name: basename(path), options: choices }),
  );
  process.stdout.write(`${options.json ? JSON.stringify(report, lists) : plain(describe(report))}\n`);
}

import type { Command } from 'commander';
import { UserError } from '../../runtime/errors.ts';
import { surprisal, tokenize } from '../../runtime/operations/models.ts';
import type { Surprisal, TextToken } from '../../runtime/results/tokens.ts';
import { type Common, command, guarded, withJson, withModel } from '../command.ts';
import { withEngine } from '../engine.ts';
import { readText } from '../files.ts';
import { plain } from '../plain.ts';
import { table } from '../table.ts';

const bitsPerNat = 1 / Math.LN2;

export function addSurprisal(program: Command): void {
  withJson(withModel(command(program, 'surprisal', 'show how much each token of a text surprises the frozen model')))
    .argument('<text>', 'a file, or - for standard input')
    .action((text: string, options: Common) => guarded(() => surprisalCommand(text, options)));
}

/** The surprisal of each token, and their sum: H_LM of the paper (equation 2). */
async function surprisalCommand(path: string, { model, device, json, ...options }: Common): Promise<void> {
  const request = { folder: model, device, text: await readText(path) };
  const [tokens, surprise] = await withEngine(options, async engine => [
    await engine.call(tokenize, request),
    await engine.call(surprisal, request),
  ]);
  if (!tokens.length) throw new UserError('The text is empty, so no token can surprise; give a text.');
  process.stdout.write(`${json ? asJson(tokens, surprise) : plain(asTable(tokens, surprise))}\n`);
}

const known = ({ nll }: Surprisal): Float32Array => nll.filter(value => !Number.isNaN(value));
const total = (surprise: Surprisal): number => known(surprise).reduce((sum, value) => sum + value, 0);

function asJson(tokens: readonly TextToken[], surprise: Surprisal): string {
  const perToken = tokens.map((token, i) => ({ ...token, nll: surprise.nll[i] }));
  return JSON.stringify({ tokens: tokens.length, nats: total(surprise), ...surprise, nll: undefined, perToken });
}

function asTable(tokens: readonly TextToken[], surprise: Surprisal): string {
  const rows = tokens.map(({ text }, i) => {
    const nats = surprise.nll[i] ?? Number.NaN;
    return [
      JSON.stringify(text),
      ...(Number.isNaN(nats) ? ['not known', ''] : [nats, nats * bitsPerNat].map(value => value.toFixed(3))),
    ];
  });
  const nats = total(surprise);
  const count = known(surprise).length;
  const sum = `${nats.toFixed(3)} nats (${(nats * bitsPerNat).toFixed(3)} bits) in all, ${count ? (nats / count).toFixed(3) : 0} nats per token`;
  const before = surprise.beginningToken;
  const context = before === null ? 'nothing before the first token' : `${before} before the first token`;
  return `${table(['token', 'nats', 'bits'], rows, ['nats', 'bits'])}\n\n${sum}, with ${context}`;
}

import { continueSequences, greedy, multinomial } from '../../decoding/autoregressive.ts';
import { checkModel, placedSegments } from '../../decoding/decode-proto.ts';
import { UserError } from '../../errors.ts';
import { readProto, sniffProto } from '../../files/proto-file.ts';
import { beginningToken } from '../../models/beginning-token.ts';
import type { Model } from '../../models/model.ts';
import type { NamedFile } from '../../results/files.ts';
import type { Continuation, ProbeReport } from '../../results/probe.ts';
import type { NearToken } from '../../results/tokens.ts';
import { layoutOf, protoTokenKinds } from '../../training/arrangement.ts';
import type { Placed } from '../../training/batch.ts';
import type { Sessions } from '../../training/sessions.ts';
import { type NearbyToken, nearestTokens } from '../nearest-tokens.ts';
import { openSolutions } from '../solutions/open-files.ts';
import { attentionToE } from './attention.ts';
import { distributionOf, embeddingNorms, shareBelow } from './embedding-norms.ts';
import type { ProbeOptions } from './options.ts';

/** @throws UserError when the file is damaged, of another model, or has no such solution. */
function solutionIn(model: Model, { name, file }: NamedFile, index: number): Placed {
  const missing = (count: number): UserError =>
    new UserError(`${name} has no solution ${index}; it has ${count}, counted from 0.`);
  if (sniffProto(file) === 'proto-tokens') {
    const proto = readProto(file, name);
    checkModel(proto, model);
    const segments = placedSegments(proto);
    const segment = segments[index];
    if (!segment) throw missing(segments.length);
    return segment;
  }
  const set = openSolutions(model, { name, file });
  const solution = set.solutions[index];
  if (!solution) throw missing(set.solutions.length);
  return { protoTokens: [solution.e, solution.m], layout: layoutOf(set.arrangement, solution.tokens) };
}

/** The paper's probe: what the model goes on with when (e, m) and BOS stand before, greedily and sampled. */
async function continuationsFrom(
  model: Model,
  sessions: Sessions,
  { protoTokens }: Placed,
  beginning: number | undefined,
  { tokens, samples, seed }: ProbeOptions,
  stop: (share: number) => boolean,
): Promise<Continuation[]> {
  const prefix = [...protoTokens, ...(beginning === undefined ? [] : [beginning])];
  const choices = [greedy, ...Array.from({ length: samples }, (_, i) => multinomial([seed, i]))];
  const sequences = choices.map(choose => ({ prefix, choose }));
  if (!tokens) return [];
  return (await continueSequences(model, sessions, sequences, tokens, stop)).map((ids, i) => ({
    choice: i ? 'sampled' : 'greedy',
    ids,
    text: model.tokenizer.decode(ids),
  }));
}

/**
 * Looks at the two vectors of a solution: their norms beside those of the embedding matrix, their nearest tokens, the
 * attention that is paid to `e`, and what the model says after them. Cancelled, the continuations end early.
 *
 * @param onProgress hears of each token of the continuations how many of them are done, 0 to 1
 * @throws UserError when the file is damaged, of another model, or has no such solution.
 */
export async function probe(
  model: Model,
  sessions: Sessions,
  file: NamedFile,
  options: ProbeOptions,
  cancelled: () => boolean = () => false,
  onProgress: (share: number) => void = () => undefined,
): Promise<ProbeReport> {
  const stop = (share: number): boolean => {
    onProgress(share);
    return cancelled();
  };
  const placed = solutionIn(model, file, options.index);
  const { tokenizer } = model;
  const norms = await embeddingNorms(model, sessions);
  const neighbours = await nearestTokens(model, sessions, placed.protoTokens, options.nearest);
  const named = (tokens: readonly NearbyToken[]): NearToken[] =>
    tokens.map(token => ({ ...token, text: tokenizer.tokenText(token.id) }));
  const vectors = neighbours.map(({ norm, byCosine, byProduct }, kind) => ({
    proto: protoTokenKinds[kind] ?? 'e',
    norm,
    shareShorter: shareBelow(norms, norm),
    byCosine: named(byCosine),
    byProduct: named(byProduct),
  }));
  const beginning = await beginningToken(model);
  return {
    tokens: placed.layout.positionOfToken.length,
    vectors,
    embeddingNorms: distributionOf(norms),
    attention: await attentionToE(model, sessions, placed),
    beginningToken: beginning === undefined ? null : { id: beginning, text: tokenizer.tokenText(beginning) },
    continuations: await continuationsFrom(model, sessions, placed, beginning, options, stop),
  };
}

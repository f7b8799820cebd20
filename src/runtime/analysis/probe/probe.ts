import { continueSequences, greedy, multinomial } from '../../decoding/autoregressive.ts';
import { checkModel, placedSegments } from '../../decoding/decode-proto.ts';
import { UserError } from '../../errors.ts';
import { readProto, sniffProto } from '../../files/proto-file.ts';
import { beginningToken } from '../../models/beginning-token.ts';
import type { Model } from '../../models/model.ts';
import { layoutOf, protoTokenKinds } from '../../training/arrangement.ts';
import type { Placed } from '../../training/batch.ts';
import type { Sessions } from '../../training/sessions.ts';
import { nearestTokens } from '../nearest-tokens.ts';
import type { NamedFile } from '../solutions/gather.ts';
import { openSolutions } from '../solutions/open-files.ts';
import { type AttentionToE, attentionToE } from './attention.ts';
import { distributionOf, embeddingNorms, type NormDistribution, shareBelow } from './embedding-norms.ts';
import type { ProbeOptions } from './options.ts';

export interface ProbedToken {
  readonly id: number;
  readonly text: string;
  readonly cosine: number;
  readonly product: number;
}

export interface ProbedVector {
  readonly proto: 'e' | 'm';
  readonly norm: number;
  /** Share of the embedding matrix's rows that are shorter. */
  readonly shareShorter: number;
  /** The nearest first. */
  readonly byCosine: readonly ProbedToken[];
  readonly byProduct: readonly ProbedToken[];
}

export interface Continuation {
  readonly choice: 'greedy' | 'sampled';
  readonly ids: readonly number[];
  readonly text: string;
}

/** What the two vectors of a solution hold, as far as can be seen. */
export interface ProbeReport {
  /** Tokens of the text that the vectors emit. */
  readonly tokens: number;
  readonly vectors: readonly ProbedVector[];
  readonly embeddingNorms: NormDistribution;
  readonly attention: AttentionToE;
  /** Token that stands after (e, m) where the continuations begin; null when the model has no such token. */
  readonly beginningToken: { readonly id: number; readonly text: string } | null;
  readonly continuations: readonly Continuation[];
}

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
  cancelled: () => boolean,
): Promise<Continuation[]> {
  const prefix = [...protoTokens, ...(beginning === undefined ? [] : [beginning])];
  const choices = [greedy, ...Array.from({ length: samples }, (_, i) => multinomial([seed, i]))];
  const sequences = choices.map(choose => ({ prefix, choose }));
  if (!tokens) return [];
  return (await continueSequences(model, sessions, sequences, tokens, cancelled)).map((ids, i) => ({
    choice: i ? 'sampled' : 'greedy',
    ids,
    text: model.tokenizer.decode(ids),
  }));
}

/**
 * Looks at the two vectors of a solution: their norms beside those of the embedding matrix, their nearest tokens, the
 * attention that is paid to `e`, and what the model says after them. Cancelled, the continuations end early.
 *
 * @throws UserError when the file is damaged, of another model, or has no such solution.
 */
export async function probe(
  model: Model,
  sessions: Sessions,
  file: NamedFile,
  options: ProbeOptions,
  cancelled: () => boolean = () => false,
): Promise<ProbeReport> {
  const placed = solutionIn(model, file, options.index);
  const { tokenizer } = model;
  const norms = await embeddingNorms(model, sessions);
  const neighbours = await nearestTokens(model, sessions, placed.protoTokens, options.nearest);
  const named = (tokens: readonly Omit<ProbedToken, 'text'>[]): ProbedToken[] =>
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
    continuations: await continuationsFrom(model, sessions, placed, beginning, options, cancelled),
  };
}

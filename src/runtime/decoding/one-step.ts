import { serialize } from '../graph/onnx.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { floats, integers } from '../onnxruntime/session.ts';
import type { SessionCache } from '../onnxruntime/session-cache.ts';
import { protoTokenKinds } from '../training/arrangement.ts';
import { type BatchShape, batchFeeds, commonPositions, type Placed } from '../training/batch.ts';
import type { Candidate } from '../training/evaluator.ts';
import { buildDecodeGraph, buildHiddenGraph, buildScoreGraph } from './forward-graph.ts';

/** Positions in one pass; a text of more takes several, so that its activations fit into memory. */
const rowsPerPass = 8192;
/** Rows whose logits are held whole, when they are looked at closely. */
const rowsPerScore = 64;

/** How the model sees one token of a text that its proto-tokens should emit. */
export interface TokenScore {
  readonly target: number;
  readonly predicted: number;
  /** -log p(target), in nats. */
  readonly nll: number;
  /** Of the target among all logits, from 1. */
  readonly rank: number;
  /** The target's logit less the greatest other one: positive exactly when the token comes out right. */
  readonly margin: number;
  /** The likeliest tokens, the likeliest (that is, the predicted one) first; -log p of each in nats. */
  readonly top: readonly { readonly id: number; readonly nll: number }[];
}

function inPasses<T extends Placed>(solutions: readonly T[]): { shape: BatchShape; solutions: readonly T[] }[] {
  const positions = commonPositions(solutions.map(({ layout }) => layout));
  const most = Math.max(1, Math.floor(rowsPerPass / positions));
  const passes = Math.ceil(solutions.length / most);
  const batch = Math.ceil(solutions.length / passes);
  return Array.from({ length: passes }, (_, pass) => ({
    shape: { batch, positions, kinds: protoTokenKinds.length },
    solutions: solutions.slice(pass * batch, (pass + 1) * batch),
  }));
}

/** The tokens that each solution emits, all solutions in one forward pass. */
export async function decodeOneStep(
  model: FrozenModel,
  sessions: SessionCache,
  solutions: readonly Placed[],
): Promise<Int32Array[]> {
  const texts: Int32Array[] = [];
  for (const { shape, solutions: part } of inPasses(solutions)) {
    const session = await sessions.open(serialize(buildDecodeGraph(model, shape)));
    const predicted = integers(await session.run(batchFeeds(shape, model.config.hiddenSize, part)), 'predicted');
    for (const [b, { layout }] of part.entries())
      texts.push(Int32Array.from(layout.positionOfToken, position => predicted[b * shape.positions + position] ?? -1));
  }
  return texts;
}

/** Every token's score, for each candidate: as `decodeOneStep`, and a close look at the logits. */
export async function scoreTokens(
  model: FrozenModel,
  sessions: SessionCache,
  candidates: readonly Candidate[],
): Promise<TokenScore[][]> {
  const width = model.config.hiddenSize;
  const scores: TokenScore[][] = [];
  for (const { shape, solutions } of inPasses(candidates)) {
    const session = await sessions.open(serialize(buildHiddenGraph(model, shape)));
    const hidden = floats(await session.run(batchFeeds(shape, width, solutions)), 'hidden');
    for (const [b, { layout, tokens }] of solutions.entries()) {
      const rows = layout.positionOfToken.map(position => b * shape.positions + position);
      const guided = new Float32Array(rows.length * width);
      for (const [i, row] of rows.entries()) guided.set(hidden.subarray(row * width, (row + 1) * width), i * width);
      scores.push(await scoreRows(model, sessions, guided, tokens));
    }
  }
  return scores;
}

/** @param hidden [tokens,d] */
async function scoreRows(
  model: FrozenModel,
  sessions: SessionCache,
  hidden: Float32Array,
  tokens: Int32Array,
): Promise<TokenScore[]> {
  const width = model.config.hiddenSize;
  const session = await sessions.open(serialize(buildScoreGraph(model, rowsPerScore)), { packWeights: false });
  const scores: TokenScore[] = [];
  for (let from = 0; from < tokens.length; from += rowsPerScore) {
    const values = new Float32Array(rowsPerScore * width);
    const targets = new Int32Array(rowsPerScore);
    values.set(hidden.subarray(from * width, (from + rowsPerScore) * width));
    targets.set(tokens.subarray(from, from + rowsPerScore));
    const outputs = await session.run({
      hidden: { values, shape: [rowsPerScore, width] },
      targets: { values: targets, shape: [rowsPerScore, 1] },
    });
    const [nll, rank, margin] = [floats(outputs, 'nll'), floats(outputs, 'rank'), floats(outputs, 'margin')];
    const [topIds, topNll] = [integers(outputs, 'top'), floats(outputs, 'top_nll')];
    const perRow = topIds.length / rowsPerScore;
    for (const [i, target] of tokens.subarray(from, from + rowsPerScore).entries()) {
      const top = Array.from({ length: perRow }, (_, k) => ({
        id: topIds[i * perRow + k] ?? -1,
        nll: topNll[i * perRow + k] ?? Number.NaN,
      }));
      scores.push({
        target,
        predicted: top[0]?.id ?? -1,
        nll: nll[i] ?? Number.NaN,
        rank: rank[i] ?? 0,
        margin: margin[i] ?? Number.NaN,
        top,
      });
    }
  }
  return scores;
}

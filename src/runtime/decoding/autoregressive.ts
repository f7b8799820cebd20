import { breathe } from '../breathe.ts';
import { serialize } from '../graph/onnx.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { floats } from '../onnxruntime/session.ts';
import type { SessionCache } from '../onnxruntime/session-cache.ts';
import { type Seed, uniformSource } from '../training/random.ts';
import { buildNextTokenGraph, type SequenceShape } from './autoregressive-graph.ts';

/** What stands before the generated tokens: token ids, and vectors [d] that take a position as they are. */
export type Prefix = readonly (number | Float32Array)[];

/** Chooses the next token of a sequence from its logits [V]. */
export type Choice = (logits: Float32Array) => number;

/** The likeliest token; the first of several. */
export const greedy: Choice = logits => {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if ((logits[id] as number) > (logits[best] as number)) best = id;
  return best;
};

/** Draws from the model's own distribution (temperature 1); the same seed draws the same. */
export function multinomial(seed: Seed): Choice {
  const uniform = uniformSource(seed, 'multinomial');
  return logits => {
    const greatest = logits[greedy(logits)] as number;
    const weights = Float64Array.from(logits, logit => Math.exp(logit - greatest));
    let rest = uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [id, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return id;
    }
    return greedy(logits);
  };
}

/** A sequence to be continued, and how its tokens are chosen. */
export interface Continued {
  readonly prefix: Prefix;
  readonly choose: Choice;
}

/** The inputs of the graph for sequences of one batch. */
function feedsOf(width: number, { batch, positions }: SequenceShape, sequences: readonly Prefix[]) {
  const rows = batch * positions;
  const tokens = new Int32Array(rows);
  const isToken = new Float32Array(rows);
  const vectors = new Float32Array(rows * width);
  const last = new Float32Array(rows);
  for (const [b, sequence] of sequences.entries()) {
    for (const [position, part] of sequence.entries()) {
      const row = b * positions + position;
      if (typeof part === 'number') {
        tokens[row] = part;
        isToken[row] = 1;
      } else vectors.set(part, row * width);
    }
    last[b * positions + sequence.length - 1] = 1;
  }
  return {
    tokens: { values: tokens, shape: [rows] },
    is_token: { values: isToken, shape: [rows, 1] },
    vectors: { values: vectors, shape: [rows, width] },
    last: { values: last, shape: [batch, 1, positions] },
  };
}

/** Sequences in one run. */
const sequencesPerRun = 16;

/**
 * Continues sequences token by token, each by `count` tokens. Every token takes a whole forward pass: for short
 * sequences that is quick enough, and it needs nothing that training does not have.
 *
 * @param stop asked before every token; what has been generated until then is returned
 */
export async function continueSequences(
  model: FrozenModel,
  sessions: SessionCache,
  sequences: readonly Continued[],
  count: number,
  stop: () => boolean = () => false,
): Promise<number[][]> {
  const { hiddenSize: width, vocabularySize } = model.config;
  const longest = sequences.reduce((most, { prefix }) => Math.max(most, prefix.length), 0);
  const batch = Math.min(sequencesPerRun, sequences.length);
  // The last token is never an input.
  const shape = { batch, positions: Math.ceil((longest + count - 1) / 8) * 8 };
  const generated: number[][] = sequences.map(() => []);
  const graph = serialize(buildNextTokenGraph(model, shape));
  for (let from = 0; from < sequences.length; from += batch) {
    const part = sequences.slice(from, from + batch);
    for (let step = 0; step < count && !stop(); step++) {
      const session = await sessions.open(graph, { packWeights: false });
      const soFar = part.map(({ prefix }, b) => [...prefix, ...(generated[from + b] ?? [])]);
      const logits = floats(await session.run(feedsOf(width, shape, soFar)), 'logits');
      for (const [b, { choose }] of part.entries())
        generated[from + b]?.push(choose(logits.subarray(b * vocabularySize, (b + 1) * vocabularySize)));
      await breathe();
    }
  }
  return generated;
}

import { serialize } from '../graph/onnx.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { floats, type GraphSession, integers } from '../onnxruntime/session.ts';
import type { SessionCache } from '../onnxruntime/session-cache.ts';
import { protoTokenKinds } from './arrangement.ts';
import {
  type BatchShape,
  batchFeeds,
  commonPositions,
  type Placed,
  positionsAtOnce,
  solutionsAtOnce,
} from './batch.ts';
import { buildStepGraph } from './step-graph.ts';

/** A point of the search: vectors, where they stand, and what they should emit. */
export interface Candidate extends Placed {
  readonly tokens: Int32Array;
  /** What the logits are multiplied by in the objective; 1, the plain cross-entropy, when left out. */
  readonly sharpness?: number;
}

export interface CandidateEvaluation {
  /** Mean sharpened cross-entropy over the tokens, in nats. */
  readonly objective: number;
  /** Of the objective by each proto-token, [K] of [d]. */
  readonly gradients: readonly Float32Array[];
  /** At sharpness 1, per token, in nats. */
  readonly nll: Float32Array;
  readonly predicted: Int32Array;
}

interface StepShape extends BatchShape {
  readonly sharpened: boolean;
}

/**
 * The oracle of the solvers: evaluates any number of candidates, as many at a time as one run holds. Lengths and counts
 * are padded to a few sizes, so that sessions are reused as segments come and go.
 */
export class Evaluator {
  private shape: StepShape | undefined;
  private session: GraphSession | undefined;
  /** Positions in one run for which there was memory, as far as is known. */
  private room = Number.POSITIVE_INFINITY;

  constructor(
    private readonly model: FrozenModel,
    private readonly sessions: SessionCache,
  ) {}

  /** Input positions that it is worth to evaluate together. */
  get positionsAtOnce(): number {
    return positionsAtOnce(this.sessions.options.device);
  }

  /** @throws as GraphSession.create and GraphSession.run do: when there is no memory for a single candidate, above all. */
  async evaluate(candidates: readonly Candidate[]): Promise<CandidateEvaluation[]> {
    const positions = commonPositions(candidates.map(({ layout }) => layout));
    const batch = this.batchFor(candidates.length, positions);
    const sharpened = candidates.some(({ sharpness = 1 }) => sharpness !== 1);
    const shape = { batch, positions, kinds: protoTokenKinds.length, sharpened };
    const results: CandidateEvaluation[] = [];
    try {
      for (let from = 0; from < candidates.length; from += batch)
        results.push(...(await this.run(candidates.slice(from, from + batch), shape)));
      return results;
    } catch (error) {
      if (batch === 1) throw error;
      // Most likely there was no memory for so many: how much a card has left cannot be known beforehand.
      this.room = (batch * positions) / 2;
      await this.session?.dispose();
      this.session = undefined;
      return this.evaluate(candidates);
    }
  }

  /**
   * The present batch as long as it is at least three quarters used: a new session takes as long as a few steps, but
   * what a batch has room for and does not hold is computed in every one.
   */
  private batchFor(count: number, positions: number): number {
    const fitting = Math.max(1, Math.floor(this.room / positions));
    const most = Math.min(count, fitting, solutionsAtOnce(this.sessions.options.device, positions));
    const present = this.session && this.shape?.positions === positions ? this.shape.batch : 0;
    return most <= present && 4 * most >= 3 * present ? present : most;
  }

  private async run(candidates: readonly Candidate[], shape: StepShape): Promise<CandidateEvaluation[]> {
    const session = await this.sessionFor(shape);
    const { batch, positions, kinds, sharpened } = shape;
    const width = this.model.config.hiddenSize;
    const targets = new Int32Array(batch * positions);
    const tokenWeights = new Float32Array(batch * positions);
    const sharpnesses = new Float32Array(batch * positions).fill(1);
    for (const [b, { layout, tokens, sharpness = 1 }] of candidates.entries()) {
      sharpnesses.fill(sharpness, b * positions, (b + 1) * positions);
      for (const [token, position] of layout.positionOfToken.entries()) {
        targets[b * positions + position] = tokens[token] ?? 0;
        tokenWeights[b * positions + position] = 1 / tokens.length;
      }
    }
    const outputs = await session.run({
      ...batchFeeds(shape, width, candidates),
      targets: { values: targets, shape: [batch * positions, 1] },
      token_weights: { values: tokenWeights, shape: [batch, positions] },
      ...(sharpened ? { sharpness: { values: sharpnesses, shape: [batch * positions, 1] } } : {}),
    });
    const [nll, predicted] = [floats(outputs, 'nll'), integers(outputs, 'predicted')];
    const [objective, gradient] = [floats(outputs, 'objective'), floats(outputs, 'gradient')];
    return candidates.map(({ layout }, b) => ({
      objective: objective[b] ?? Number.NaN,
      gradients: Array.from({ length: kinds }, (_, k) =>
        gradient.slice((b * kinds + k) * width, (b * kinds + k + 1) * width),
      ),
      nll: Float32Array.from(layout.positionOfToken, position => nll[b * positions + position] ?? Number.NaN),
      predicted: Int32Array.from(layout.positionOfToken, position => predicted[b * positions + position] ?? -1),
    }));
  }

  private async sessionFor(shape: StepShape): Promise<GraphSession> {
    const { batch, positions, sharpened } = shape;
    const usable = this.session && !this.session.disposed;
    const present =
      this.shape?.batch === batch && this.shape.positions === positions && this.shape.sharpened === sharpened;
    if (!this.session || !usable || !present) {
      this.session = await this.sessions.open(serialize(buildStepGraph(this.model, shape, sharpened)));
      this.shape = shape;
    }
    return this.session;
  }
}

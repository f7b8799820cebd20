import { counted } from '../counted.ts';
import { Cancelled, messageOf, UserError } from '../errors.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { freeMemory, isOutOfMemory } from '../onnxruntime/memory.ts';
import { floats, integers, type Values } from '../onnxruntime/session.ts';
import { type BatchShape, type Placed, planRuns, positionsAtOnce, type Run, solutionsAtOnce } from './batch.ts';
import { runFeeds } from './feeds.ts';
import { logitsNames, type Precision } from './model-graph.ts';
import type { Sessions } from './sessions.ts';

/** Vectors, where they stand, and what they should emit. */
export interface Target extends Placed {
  readonly tokens: Int32Array;
}

/** A point of the search. */
export interface Candidate extends Target {
  /** What the logits are multiplied by in the objective; 1, the plain cross-entropy, when left out. */
  readonly sharpness?: number;
  /** float32 when left out. */
  readonly precision?: Precision;
}

/** What comes out of vectors in one forward pass. */
export interface Look {
  /** At sharpness 1, per token, in nats. */
  readonly nll: Float32Array;
  /** Per token. */
  readonly predicted: Int32Array;
}

export interface CandidateEvaluation extends Look {
  /** Mean sharpened cross-entropy over the tokens, in nats. */
  readonly objective: number;
  /** Of the objective by each proto-token, [K] of [d]. */
  readonly gradients: readonly Float32Array[];
}

/** One token of a text as the model sees it from the vectors. */
export interface SeenToken {
  readonly target: number;
  readonly predicted: number;
  /** -log p(target), in nats. */
  readonly nll: number;
  /** [V]; overwritten by the next token's. */
  readonly logits: Float32Array;
}

/** What one run of the graph gives, and the shape that it had. */
interface Outcome {
  readonly shape: BatchShape;
  readonly outputs: ReadonlyMap<string, Values>;
}

/** Bytes of logits that one run hands over, more only for a single target. */
const logitsAtOnce = 64 * 2 ** 20;
const noRows = Int32Array.of();

/**
 * The oracle of the solvers and of all looks: evaluates any number of candidates on the model's one session, as many at
 * a time as one run holds.
 */
export class Evaluator {
  /** Positions in one run for which there was memory, as far as is known. */
  private room: number;
  /** Most positions of one text for which there was memory. */
  private fitted = 0;
  private seconds = 0;
  private readonly logits: readonly string[];

  constructor(
    private readonly model: FrozenModel,
    private readonly sessions: Sessions,
    /** Asked before each run of the graph: what was asked for may not be wanted any more. */
    private readonly stop: () => boolean = () => false,
  ) {
    this.room = sessions.mostPositions;
    this.logits = logitsNames(model.config, sessions.options.device);
  }

  /** Seconds that the graph has run for this evaluator, loading not counted. */
  get secondsOfRuns(): number {
    return this.seconds;
  }

  /** Input positions that it is worth to evaluate together. */
  get positionsAtOnce(): number {
    return Math.min(positionsAtOnce(this.sessions.options.device), this.sessions.mostPositions);
  }

  /**
   * Objective and gradient of each candidate.
   *
   * @throws UserError when there is no memory for a single candidate; as GraphSession.create and GraphSession.run do.
   */
  async evaluate(candidates: readonly Candidate[]): Promise<CandidateEvaluation[]> {
    const results = new Array<CandidateEvaluation>(candidates.length);
    for (const precision of ['float32', 'int8'] as const) {
      const places = [...candidates.keys()].filter(i => (at(candidates, i).precision ?? 'float32') === precision);
      const evaluated = await this.evaluateAt(
        precision,
        places.map(i => at(candidates, i)),
      );
      for (const [i, place] of places.entries()) results[place] = at(evaluated, i);
    }
    return results;
  }

  private async evaluateAt(precision: Precision, candidates: readonly Candidate[]): Promise<CandidateEvaluation[]> {
    const results = new Array<CandidateEvaluation>(candidates.length);
    await this.inRuns(candidates, async run => {
      const { shape, outputs } = await this.run(candidates, run, precision);
      const [objective, gradient] = [floats(outputs, 'objective'), floats(outputs, 'gradient')];
      const width = this.model.config.hiddenSize;
      const { kinds } = shape;
      for (const [b, look] of looksOf(candidates, run, outputs).entries())
        results[run.members[b] ?? 0] = {
          ...look,
          objective: objective[b] ?? Number.NaN,
          gradients: Array.from({ length: kinds }, (_, k) =>
            gradient.slice((b * kinds + k) * width, (b * kinds + k + 1) * width),
          ),
        };
    });
    return results;
  }

  /** What comes out of each target's vectors; forward passes only. @throws as `evaluate`. */
  async look(targets: readonly Target[]): Promise<Look[]> {
    const results = new Array<Look>(targets.length);
    await this.inRuns(targets, async run => {
      const { outputs } = await this.run(targets, run, undefined);
      for (const [b, look] of looksOf(targets, run, outputs).entries()) results[run.members[b] ?? 0] = look;
    });
    return results;
  }

  /**
   * Looks at every token of each target together with its logits, of which only a few rows exist at a time.
   *
   * @param see makes of a token what is kept of it
   * @throws as `evaluate`.
   */
  async lookClosely<T>(targets: readonly Target[], see: (token: SeenToken) => T): Promise<T[][]> {
    const results = new Array<T[]>(targets.length);
    const logits = new Float32Array(this.model.config.vocabularySize);
    const most = Math.max(1, Math.floor(logitsAtOnce / logits.byteLength));
    await this.inRuns(
      targets,
      async run => {
        const rows = run.members.flatMap((member, b) =>
          at(targets, member).layout.positionOfToken.map(position => b * run.positions + position),
        );
        const { outputs } = await this.run(targets, run, undefined, Int32Array.from(rows));
        const parts = this.logits.map(name => floats(outputs, name));
        let row = 0;
        for (const [b, { nll, predicted }] of looksOf(targets, run, outputs).entries()) {
          const member = run.members[b] ?? 0;
          results[member] = Array.from(at(targets, member).tokens, (target, i) => {
            gather(parts, row++, rows.length, logits);
            return see({ target, predicted: predicted[i] ?? -1, nll: nll[i] ?? Number.NaN, logits });
          });
        }
      },
      most,
    );
    return results;
  }

  /** Cuts the work into runs; where there is no memory for one, into smaller ones. */
  private async inRuns(
    targets: readonly Placed[],
    work: (run: Run) => Promise<void>,
    mostPositions = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    const { device } = this.sessions.options;
    const lengths = targets.map(({ layout }) => layout.kinds.length);
    const most = (positions: number): number =>
      Math.max(
        1,
        Math.min(solutionsAtOnce(device, positions), Math.floor(Math.min(this.room, mostPositions) / positions)),
      );
    for (const run of planRuns(device, lengths, most)) {
      if (this.stop()) throw new Cancelled();
      try {
        await work(run);
        this.fitted = Math.max(this.fitted, run.positions);
      } catch (error) {
        if (error instanceof UserError || error instanceof Cancelled || !isOutOfMemory(messageOf(error))) throw error;
        if (run.members.length === 1) throw this.noRoomFor(run.positions);
        // How much a card has left cannot be known beforehand.
        this.room = (run.members.length * run.positions) / 2;
        const members = run.members.map(member => at(targets, member));
        const inner = (part: Run): Promise<void> =>
          work({ ...part, members: part.members.map(member => at(run.members, member)) });
        await this.inRuns(members, inner, mostPositions);
      }
    }
  }

  /** Memory grows at least with the positions of a text: half as many need at most half of it, beside the weights. */
  private noRoomFor(positions: number): UserError {
    const known = this.fitted && this.fitted < positions;
    const fits = known ? `${counted(this.fitted, 'position')} did fit` : `half as many may fit`;
    return new UserError(
      `There is not enough memory for a text of ${counted(positions, 'position')} at once (${freeMemory()} are free now), and ${fits}; choose a segment length of at most ${known ? this.fitted : Math.floor(positions / 2)}, or end something that takes memory.`,
    );
  }

  /** One run of the graph. @param gradient at which precision, where it is wanted @param looked rows whose logits are wanted */
  private async run(
    targets: readonly Candidate[],
    { members, positions }: Run,
    gradient: Precision | undefined,
    looked = noRows,
  ): Promise<Outcome> {
    const { session, passes } = await (gradient
      ? this.sessions.training(this.model, gradient)
      : this.sessions.forward(this.model));
    const chosen = members.map(member => at(targets, member));
    const kinds = chosen.reduce((most, { protoTokens }) => Math.max(most, protoTokens.length), 0);
    const shape = { batch: members.length, positions, kinds, past: 0, looked: looked.length };
    const rows = shape.batch * positions;
    const ids = new Int32Array(rows);
    const tokenWeights = new Float32Array(rows);
    const sharpnesses = new Float32Array(rows).fill(1);
    for (const [b, { layout, tokens, sharpness = 1 }] of chosen.entries()) {
      sharpnesses.fill(sharpness, b * positions, (b + 1) * positions);
      for (const [token, position] of layout.positionOfToken.entries()) {
        ids[b * positions + position] = tokens[token] ?? 0;
        tokenWeights[b * positions + position] = 1 / tokens.length;
      }
    }
    const feeds = runFeeds(this.model.config, passes, shape, {
      placed: chosen,
      looked,
      targets: ids,
      objective: { tokenWeights, sharpness: sharpnesses },
      gradient: gradient !== undefined,
    });
    const wanted = gradient ? ['objective', 'gradient'] : looked.length ? this.logits : [];
    // No constant depends on how many rows are looked at.
    const built = { ...shape, looked: 1 };
    session.prepare(built);
    const start = performance.now();
    const outputs = await session.run(built, feeds, ['nll', 'predicted', ...wanted]);
    this.seconds += (performance.now() - start) / 1000;
    return { shape, outputs };
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no ${index}`);
  return item;
}

function looksOf(targets: readonly Placed[], run: Run, outputs: ReadonlyMap<string, Values>): Look[] {
  const [nll, predicted] = [floats(outputs, 'nll'), integers(outputs, 'predicted')];
  return run.members.map((member, b) => {
    const { positionOfToken } = at(targets, member).layout;
    const rows = positionOfToken.map(position => b * run.positions + position);
    return {
      nll: Float32Array.from(rows, row => nll[row] ?? Number.NaN),
      predicted: Int32Array.from(rows, row => predicted[row] ?? -1),
    };
  });
}

/** One row of logits from the parts [L, part] of the vocabulary. */
export function gather(parts: readonly Float32Array[], row: number, rows: number, into: Float32Array): void {
  let offset = 0;
  for (const part of parts) {
    const width = part.length / rows;
    into.set(part.subarray(row * width, (row + 1) * width), offset);
    offset += width;
  }
}

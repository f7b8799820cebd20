import { Cancelled, messageOf, UserError } from '../errors.ts';
import type { NarrowFormat } from '../graph/narrow-products.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { isOutOfMemory } from '../onnxruntime/memory.ts';
import { floats, integers } from '../onnxruntime/session.ts';
import { type Placed, partsOf, planRuns, positionsAtOnce, type Run, solutionsAtOnce } from './batch.ts';
import { KeyValueCache } from './key-value-cache.ts';
import { logitsNames, type Passes, type Precision } from './model-graph.ts';
import { type Outcome, type RunRequest, runModel } from './model-run.ts';
import { type Look, notePredictions, type Place, placesIn, unseen } from './predictions.ts';
import { type Sessions, tooLong } from './sessions.ts';

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

export interface CandidateEvaluation extends Look {
  /** Mean sharpened cross-entropy over the tokens, in nats. */
  readonly objective: number;
  /** Of the objective by each proto-token, [K] of [d]. */
  readonly gradients: readonly Float32Array[];
  /** Of the products by frozen weights, where it was not float32: not every device has a low precision. */
  readonly narrow?: NarrowFormat | undefined;
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

/** How much is wanted of a model, and how long. */
export interface Looking {
  /** Asked before each run of the graph: what was asked for may not be wanted any more. */
  readonly stop?: (() => boolean) | undefined;
  /** Whether a few forward passes are all that is wanted. */
  readonly few?: boolean | undefined;
}

/** Bytes of logits that one run hands over, more only for a single target. */
const logitsAtOnce = 64 * 2 ** 20;

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
    private readonly looking: Looking = {},
  ) {
    this.room = sessions.mostPositions;
    this.logits = logitsNames(model.config, sessions.options);
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
    for (const precision of ['float32', 'low'] as const) {
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
    const looks = candidates.map(unseen);
    await this.inRuns('training', candidates, async run => {
      const part = { first: 0, rows: run.positions, more: false };
      const targets = run.members.map(member => at(candidates, member));
      const { shape, outputs, narrow } = await this.run({ targets, part, gradient: precision });
      notePredictions(looks, placesIn(candidates, run, part), outputs);
      const [objective, gradient] = [floats(outputs, 'objective'), floats(outputs, 'gradient')];
      const width = this.model.config.hiddenSize;
      const { kinds } = shape;
      for (const [b, member] of run.members.entries())
        results[member] = {
          ...at(looks, member),
          narrow,
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
    const looks = targets.map(unseen);
    await this.inRuns('forward', targets, run =>
      this.forward(targets, run, 'briefly', (places, { outputs }) => notePredictions(looks, places, outputs)),
    );
    return looks;
  }

  /**
   * Looks at every token of each target together with its logits, of which only a few rows exist at a time.
   *
   * @param see makes of a token, the n-th of some target, what is kept of it
   * @throws as `evaluate`.
   */
  async lookClosely<T>(
    targets: readonly Target[],
    see: (token: SeenToken, target: number, n: number) => T,
  ): Promise<T[][]> {
    const results = targets.map(({ tokens }) => new Array<T>(tokens.length));
    const logits = new Float32Array(this.model.config.vocabularySize);
    const most = Math.max(1, Math.floor(logitsAtOnce / logits.byteLength));
    const take = (places: readonly Place[], { outputs }: Outcome): void => {
      const parts = this.logits.map(name => floats(outputs, name));
      const [nlls, predictions] = [floats(outputs, 'nll'), integers(outputs, 'predicted')];
      for (const [i, { member, token, row }] of places.entries()) {
        gather(parts, i, places.length, logits);
        const [nll, predicted] = [nlls[row] ?? Number.NaN, predictions[row] ?? -1];
        const target = at(targets, member).tokens[token] ?? 0;
        at(results, member)[token] = see({ target, predicted, nll, logits }, member, token);
      }
    };
    await this.inRuns('forward', targets, run => this.forward(targets, run, 'closely', take), most);
    return results;
  }

  /**
   * A forward pass, of a long text part after part.
   *
   * @param take is given what each part has brought, and where the tokens are that its rows predict
   */
  private async forward(
    targets: readonly Target[],
    run: Run,
    how: 'briefly' | 'closely',
    take: (places: readonly Place[], outcome: Outcome) => void,
  ): Promise<void> {
    const parts = partsOf(run.positions);
    const before = parts.reduce((sum, { rows, more }) => sum + (more ? rows : 0), 0);
    const cache = before ? new KeyValueCache(this.model.config, run.members.length, before) : undefined;
    for (const part of parts) {
      if (part.first && this.looking.stop?.()) throw new Cancelled();
      const places = placesIn(targets, run, part);
      take(
        places,
        await this.run({
          ...{ targets: run.members.map(member => at(targets, member)), part, cache },
          looked: Int32Array.from(how === 'closely' ? places : [], ({ row }) => row),
        }),
      );
    }
  }

  private async run(request: RunRequest): Promise<Outcome> {
    const outcome = await runModel(this.model, this.sessions, { ...request, few: this.looking.few });
    this.seconds += outcome.seconds;
    return outcome;
  }

  /** Cuts the work into runs; where there is no memory for one, into smaller ones. */
  private async inRuns(
    passes: Passes,
    targets: readonly Placed[],
    work: (run: Run) => Promise<void>,
    mostPositions = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    const { device } = this.sessions.options;
    const lengths = targets.map(({ layout }) => layout.kinds.length);
    this.sessions.checkLength(Math.max(0, ...lengths), passes);
    const most = (positions: number): number =>
      Math.max(
        1,
        Math.min(solutionsAtOnce(device, positions), Math.floor(Math.min(this.room, mostPositions) / positions)),
      );
    for (const run of planRuns(device, lengths, most)) {
      if (this.looking.stop?.()) throw new Cancelled();
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
        await this.inRuns(passes, members, inner, mostPositions);
      }
    }
  }

  /** Memory grows at least with the positions of a text: half as many need at most half of it, beside the weights. */
  private noRoomFor(positions: number): UserError {
    return tooLong(positions, this.fitted && this.fitted < positions ? this.fitted : Math.floor(positions / 2));
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no ${index}`);
  return item;
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

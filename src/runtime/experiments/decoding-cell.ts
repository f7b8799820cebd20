import { continueSequences, greedy } from '../decoding/autoregressive.ts';
import { decodeOneStep } from '../decoding/one-step.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import type { Attempt } from '../training/attempt.ts';
import { vectorAt } from '../training/problem.ts';
import type { Sessions } from '../training/sessions.ts';
import type { Wish } from '../work/item.ts';
import type { Cell } from './cell.ts';
import type { Ended } from './cell-kinds.ts';
import type { Ground } from './ground.ts';
import { medianOf } from './statistics.ts';
import { TrainingCell, type TrainingState } from './training.ts';

/** What texts are decoded with. */
export interface Decoder {
  readonly model: FrozenModel;
  readonly sessions: Sessions;
}

/** The tokens of each text from the best vectors of a training: in one pass, or greedily after its [mem] vectors. */
function decode(
  { model, sessions }: Decoder,
  { memory, length }: Cell,
  attempt: Attempt,
): Promise<ArrayLike<number>[]> {
  const { problem, kept } = attempt;
  if (!kept) throw new Error('there is nothing to decode');
  const members = problem.members.map(({ vectors, layout }) => ({
    protoTokens: vectors.map(index => vectorAt(problem, kept.point, index)),
    layout,
  }));
  if (!memory) return decodeOneStep(model, sessions, members);
  const sequences = members.map(({ protoTokens }) => ({ prefix: protoTokens.slice(0, memory), choose: greedy }));
  return continueSequences(model, sessions, sequences, length);
}

/** A training whose texts are decoded afterwards: once to get everything ready, and so many times to take the time. */
export class DecodingCell extends TrainingCell {
  private readonly times: number[] = [];
  private correct: readonly number[] | undefined;

  constructor(
    ground: Ground,
    cell: Cell,
    restored: TrainingState | undefined,
    private readonly task: { readonly repetitions: number },
    private readonly decoder: Decoder,
  ) {
    super(ground, cell, restored);
  }

  override get finished(): boolean {
    return super.finished && this.times.length === this.task.repetitions;
  }

  override ended(): Ended {
    return {
      ...super.ended(),
      detail: { kind: 'decoding', seconds: medianOf(this.times), correct: this.correct ?? [] },
    };
  }

  override next(): Wish {
    return super.finished ? { kind: 'own', work: () => this.decodeOnce() } : super.next();
  }

  private async decodeOnce(): Promise<void> {
    const { cell, attempt, decoder } = this;
    const start = performance.now();
    const decoded = await decode(decoder, cell, attempt);
    if (this.correct) this.times.push((performance.now() - start) / 1000);
    this.correct = attempt.problem.members.map(({ tokens }, text) =>
      tokens.reduce((right, token, i) => right + Number(decoded[text]?.[i] === token), 0),
    );
  }
}

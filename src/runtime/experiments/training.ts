import { z } from 'zod';
import { encodeVector } from '../files/vectors.ts';
import { layoutOf } from '../training/arrangement.ts';
import { Attempt, attemptStateSchema } from '../training/attempt.ts';
import { type Member, type Problem, vectorAt } from '../training/problem.ts';
import { recipeOf } from '../training/recipe.ts';
import type { Wish } from '../work/item.ts';
import type { Cell } from './cell.ts';
import type { Ended, RunningCell } from './cell-kinds.ts';
import type { Ground } from './ground.ts';

const count = z.number().int().min(0);

export const trainingStateSchema = z.object({
  attempt: attemptStateSchema,
  seconds: z.number().min(0),
  /** Evaluations after which more tokens were right than ever before. */
  improvedAfter: count,
});
export type TrainingState = z.output<typeof trainingStateSchema>;

/** The [mem] baseline is given up after so many evaluations without a better accuracy, as in its paper. */
const patience = 2000;

/** The training of a cell. */
export class TrainingCell implements RunningCell {
  readonly attempt: Attempt;
  private spent: number;
  private improvedAfter: number;

  constructor(
    ground: Ground,
    protected readonly cell: Cell,
    restored?: TrainingState,
  ) {
    this.attempt = new Attempt(problemOf(ground, cell), recipeOf(cell.recipe), cell.budget, restored?.attempt);
    this.spent = restored?.seconds ?? 0;
    this.improvedAfter = restored?.improvedAfter ?? 0;
  }

  get finished(): boolean {
    return this.attempt.finished || (this.cell.memory > 0 && this.attempt.steps - this.improvedAfter >= patience);
  }

  next(): Wish {
    return {
      kind: 'gradient',
      candidates: this.attempt.candidates(),
      tell: (evaluations, seconds) => {
        const before = this.attempt.kept?.correct ?? -1;
        this.attempt.tell(evaluations);
        if ((this.attempt.kept?.correct ?? -1) > before) this.improvedAfter = this.attempt.steps;
        this.spent += seconds;
      },
    };
  }

  state(): TrainingState {
    return { attempt: this.attempt.state(), seconds: this.spent, improvedAfter: this.improvedAfter };
  }

  ended(): Ended {
    const { cell, attempt } = this;
    const { kept, problem, steps } = attempt;
    const ended = {
      correct: cell.texts.map((_, i) => kept?.outcomes[i]?.correct ?? 0),
      evaluations: steps,
      seconds: this.spent,
    };
    if (cell.task?.kind !== 'solution') return ended;
    // Each of the texts' vectors, or the one that they share, in the order of the texts.
    const of = (kind: number): string[] =>
      kept
        ? [...new Set(problem.members.map(({ vectors }) => vectors[kind] ?? 0))].map(index =>
            encodeVector(vectorAt(problem, kept.point, index)),
          )
        : [];
    return { ...ended, detail: { kind: 'solution', e: of(0), m: of(1) } };
  }
}

/** Proto-tokens for each text: own ones first, in the order of the texts, then the one that they share. */
export function oneStepProblem(ground: Ground, cell: Cell, tokens: readonly Int32Array[]): Problem {
  const { arrangement, length, shared, seed } = cell;
  const layout = layoutOf(arrangement, length);
  const [spreadOfE = 1, spreadOfM = 1] = ground.spreads(cell);
  const group = tokens.length;
  const place = (text: number): readonly number[] =>
    shared === 'none' ? [2 * text, 2 * text + 1] : shared === 'm' ? [text, group] : [group, text];
  const own = tokens.flatMap(() =>
    shared === 'none' ? [spreadOfE, spreadOfM] : [shared === 'm' ? spreadOfE : spreadOfM],
  );
  const common = shared === 'none' ? [] : [shared === 'm' ? spreadOfM : spreadOfE];
  return {
    members: tokens.map((ids, text) => ({ tokens: ids, layout, vectors: place(text) })),
    trainable: own.length + common.length,
    frozen: [],
    width: ground.width,
    seed: [seed, ...tokens.flatMap(ids => [...ids])],
    spreads: [...own, ...common],
  };
}

/** [mem] vectors for each text, which stand before the embeddings of the text itself (teacher forcing). */
function autoregressiveProblem(ground: Ground, { memory, seed }: Cell, tokens: readonly Int32Array[]): Problem {
  const read = [...new Set(tokens.flatMap(ids => [...ids.subarray(0, -1)]))];
  const trainable = memory * tokens.length;
  const place = new Map(read.map((id, index) => [id, trainable + index]));
  const members = tokens.map((ids, text): Member => {
    const inputs = [...ids.subarray(0, -1)];
    const different = [...new Set(inputs)];
    const own = Array.from({ length: memory }, (_, i) => text * memory + i);
    return {
      tokens: ids,
      vectors: [...own, ...different.map(id => place.get(id) ?? -1)],
      layout: {
        kinds: [...own.keys(), ...inputs.map(id => memory + different.indexOf(id))],
        positionOfToken: Array.from(ids, (_, i) => memory - 1 + i),
      },
    };
  });
  return {
    members,
    trainable,
    frozen: read.map(id => ground.embeddingOf(id)),
    width: ground.width,
    seed: [seed, ...tokens.flatMap(ids => [...ids])],
    spreads: Array.from({ length: trainable }, () => ground.embeddingSpread),
  };
}

function problemOf(ground: Ground, cell: Cell): Problem {
  const tokens = cell.texts.map(text => ground.prefix(text, cell.length));
  return cell.memory ? autoregressiveProblem(ground, cell, tokens) : oneStepProblem(ground, cell, tokens);
}

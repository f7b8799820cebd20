import { z } from 'zod';
import { arrangementNames, layoutOf } from '../training/arrangement.ts';
import { Attempt, attemptStateSchema } from '../training/attempt.ts';
import type { Problem } from '../training/problem.ts';
import { recipeOf } from '../training/recipe.ts';
import { recipeNames } from '../training/recipe-names.ts';
import type { StartSpreads } from '../training/start.ts';
import { contentKey } from '../work/content-key.ts';
import type { Kind, Running, Wish } from '../work/item.ts';

const count = z.number().int().min(0);

/** Which proto-token the texts of a cell have in common. */
export const sharings = ['none', 'e', 'm'] as const;
export type Sharing = (typeof sharings)[number];

/** One training: a prefix of a text with an `e` and an `m` of its own, or prefixes of several texts that share one. */
export const cellSchema = z.object({
  /** Indices of the texts. */
  texts: z.array(count).min(1).readonly(),
  /** Tokens of each prefix. */
  length: z.number().int().min(1),
  arrangement: z.enum(arrangementNames),
  shared: z.enum(sharings),
  seed: count,
  recipe: z.enum(recipeNames),
  /** Evaluations that it may take. */
  budget: z.number().int().min(1),
});
export type Cell = Readonly<z.output<typeof cellSchema>>;

/** What came of a cell. */
export const outcomeSchema = cellSchema.extend({
  /** Most tokens that came out right at one point, of each text in turn: C_tokens of the paper. */
  correct: z.array(count).readonly(),
  evaluations: count,
  /** The cell's share of the time that it was in training beside others. */
  seconds: z.number().min(0),
  /** H_LM of each prefix, in nats; null where the first token's surprisal is not known. */
  information: z.array(z.number().nullable()).readonly(),
  /** Why the cell could not be computed; null when it was. */
  problem: z.string().nullable(),
});
export type CellOutcome = Readonly<z.output<typeof outcomeSchema>>;

/** Share of a cell's tokens that are right, each text counting the same. */
export function accuracyOf({ correct, length }: CellOutcome): number {
  return correct.reduce((sum, right) => sum + right / length, 0) / Math.max(1, correct.length);
}

/** Whether so many right tokens count as reconstructed: 99 %, as in the paper. In whole numbers, so nothing is rounded. */
export const isReconstructed = (correct: number, length: number): boolean => 100 * correct >= 99 * length;

const stateSchema = z.object({ attempt: attemptStateSchema, seconds: z.number().min(0) });
export type CellState = z.output<typeof stateSchema>;

/** A cell whose turn has come. */
export class RunningCell implements Running<CellState> {
  constructor(
    readonly attempt: Attempt,
    private spent = 0,
  ) {}

  get finished(): boolean {
    return this.attempt.finished;
  }

  get seconds(): number {
    return this.spent;
  }

  next(): Wish {
    return {
      kind: 'gradient',
      candidates: this.attempt.candidates(),
      tell: (evaluations, seconds) => {
        this.attempt.tell(evaluations);
        this.spent += seconds;
      },
    };
  }

  state(): CellState {
    return { attempt: this.attempt.state(), seconds: this.spent };
  }
}

/** What the cells of an experiment are computed on. */
export interface Ground {
  /** Of the model. */
  readonly fingerprint: string;
  /** Width d of a proto-token. */
  readonly width: number;
  /** Tokens of each text, whole. */
  readonly texts: readonly Int32Array[];
  /** Hash of the first tokens of a text. */
  readonly hashOf: (text: number, length: number) => string;
  /** Surprisal of each token of each text, in nats (equation 2 of the paper). */
  readonly surprisals: readonly Float32Array[];
  /** How wide the start of a recipe is in an arrangement. */
  readonly spreads: (cell: Cell) => StartSpreads;
}

function prefixes({ texts }: Ground, cell: Cell): Int32Array[] {
  return cell.texts.map(index => {
    const prefix = texts[index]?.slice(0, cell.length);
    if (prefix?.length !== cell.length) throw new Error(`text ${index} has no prefix of ${cell.length} tokens`);
    return prefix;
  });
}

/** Equal for cells that are computed alike, whichever experiment asks for them and whatever their texts are called. */
export function keyOf(ground: Ground, cell: Cell): string {
  const { texts, length, arrangement, shared, seed, recipe, budget } = cell;
  const chosen = { length, arrangement, shared, seed, budget };
  const tokens = texts.map(text => ground.hashOf(text, length));
  return contentKey('cell', ground.fingerprint, chosen, recipeOf(recipe), tokens);
}

/** H_LM of each prefix of a cell: the sum of its surprisals, in nats. */
export function informationOf({ surprisals }: Ground, { texts, length }: Cell): (number | null)[] {
  return texts.map(index => {
    const sum = surprisals[index]?.subarray(0, length).reduce((total, nats) => total + nats, 0);
    return sum === undefined || Number.isNaN(sum) ? null : sum;
  });
}

/** The vectors of its texts: own ones first, in their order, then the one that they share. */
function problemOf(ground: Ground, cell: Cell): Problem {
  const { arrangement, length, shared, seed } = cell;
  const tokens = prefixes(ground, cell);
  const layout = layoutOf(arrangement, length);
  const [spreadOfE = 1, spreadOfM = 1] = ground.spreads(cell);
  const group = tokens.length;
  const place = (text: number): readonly number[] =>
    shared === 'none' ? [2 * text, 2 * text + 1] : shared === 'm' ? [text, group] : [group, text];
  const members = tokens.map((ids, text) => ({ tokens: ids, layout, vectors: place(text) }));
  const own = tokens.flatMap(() =>
    shared === 'none' ? [spreadOfE, spreadOfM] : [shared === 'm' ? spreadOfE : spreadOfM],
  );
  const common = shared === 'none' ? [] : [shared === 'm' ? spreadOfM : spreadOfE];
  return {
    members,
    trainable: own.length + common.length,
    frozen: [],
    width: ground.width,
    seed: [seed, ...tokens.flatMap(ids => [...ids])],
    spreads: [...own, ...common],
  };
}

/** Cells as work. */
export function cellsOn(ground: Ground): Kind<Cell, CellState, RunningCell, CellOutcome> {
  return {
    schemas: { data: cellSchema, state: stateSchema, outcome: outcomeSchema },
    key: cell => keyOf(ground, cell),
    size: ({ texts, arrangement, length }) => texts.length * layoutOf(arrangement, length).kinds.length,
    begin: (cell, state) => {
      const attempt = new Attempt(problemOf(ground, cell), recipeOf(cell.recipe), cell.budget, state?.attempt);
      return new RunningCell(attempt, state?.seconds);
    },
    end: (cell, { attempt, seconds }) => ({
      outcome: {
        ...cell,
        correct: cell.texts.map((_, i) => attempt.kept?.outcomes[i]?.correct ?? 0),
        evaluations: attempt.steps,
        seconds,
        information: informationOf(ground, cell),
        problem: null,
      },
      successors: [],
    }),
  };
}

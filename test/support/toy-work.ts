import { z } from 'zod';
import { layoutOf } from '../../src/runtime/training/arrangement.ts';
import { Attempt, type AttemptState, attemptStateSchema } from '../../src/runtime/training/attempt.ts';
import type { Recipe } from '../../src/runtime/training/recipe.ts';
import { recipes } from '../../src/runtime/training/recipe.ts';
import { float32s } from '../../src/runtime/training/vectors.ts';
import { contentKey } from '../../src/runtime/work/content-key.ts';
import type { Kind, Running, Wish } from '../../src/runtime/work/item.ts';

const itemSchema = z.object({ name: z.string(), tokens: z.array(z.number()).readonly() });
/** A text to train on; one that does not come out right is split in two. */
export type ToyItem = z.output<typeof itemSchema>;
const resultSchema = z.object({ name: z.string(), steps: z.number(), correct: z.number(), point: float32s });
export type ToyResult = z.output<typeof resultSchema>;

const width = 6;
const recipe: Recipe = {
  ...recipes.lbfgs,
  sharpness: [
    [0, 1],
    [4, 2],
  ],
  evaluations: 12,
};

export class ToyTask implements Running<AttemptState> {
  readonly attempt: Attempt;

  constructor({ name, tokens: list }: ToyItem, restored?: AttemptState) {
    const tokens = Int32Array.from(list);
    const members = [{ tokens, layout: layoutOf('e-m-repeated', tokens.length), vectors: [0, 1] }];
    const problem = { members, trainable: 2, frozen: [], width, seed: [...Buffer.from(name)] };
    this.attempt = new Attempt(problem, recipe, recipe.evaluations, restored);
  }

  get finished(): boolean {
    return this.attempt.finished;
  }

  next(): Wish {
    return {
      kind: 'gradient',
      candidates: this.attempt.candidates(),
      tell: evaluations => this.attempt.tell(evaluations),
    };
  }

  state(): AttemptState {
    return this.attempt.state();
  }
}

/** Work on texts without a model, for a ToyOracle. `begun` notes the name of each item whose solver is made. */
export function toyKind(begun: string[] = []): Kind<ToyItem, AttemptState, ToyTask, ToyResult> {
  return {
    schemas: { data: itemSchema, state: attemptStateSchema, outcome: resultSchema },
    key: item => contentKey('toy', item, recipe),
    size: ({ tokens }) => tokens.length,
    begin: (item, state) => {
      begun.push(item.name);
      return new ToyTask(item, state);
    },
    end: ({ name, tokens }, { attempt }) => {
      const { kept, steps, perfect } = attempt;
      const half = Math.ceil(tokens.length / 2);
      if (!perfect && tokens.length > 3)
        return {
          outcome: undefined,
          successors: [
            { name: `${name}a`, tokens: tokens.slice(0, half) },
            { name: `${name}b`, tokens: tokens.slice(half) },
          ],
        };
      const point = kept?.point ?? new Float32Array(2 * width);
      return { outcome: { name, steps, correct: kept?.correct ?? 0, point }, successors: [] };
    },
  };
}

/** Texts of which some come out right, and some have to be split. */
export const toyItems: readonly ToyItem[] = [3, 9, 4, 12, 2, 5].map((length, i) => ({
  name: String.fromCharCode(65 + i),
  tokens: Array.from({ length }, (_, t) => (37 * t * t + 11 * i + 5) % 97),
}));

import { defaultArrangement, layoutOf } from '../../src/runtime/training/arrangement.ts';
import type { Problem } from '../../src/runtime/training/problem.ts';
import type { StartSpreads } from '../../src/runtime/training/start.ts';
import { contentKey } from '../../src/runtime/work/content-key.ts';
import { hashOf, type Kind, type Split } from './passages.ts';
import { contenderOf } from './recipes.ts';

/** What a recipe is tried on. */
export interface Setting {
  readonly fingerprint: string;
  /** Name of the model, for people. */
  readonly model: string;
  readonly device: string;
  readonly split: Split;
  readonly kind: Kind;
  readonly seed: number;
  /** Whole; prefixes of them are tried. */
  readonly texts: readonly Int32Array[];
}

/** One prefix of one text, and a recipe. Everything that its result depends on, but for the program itself. */
export interface Trial {
  readonly fingerprint: string;
  /** The number of evaluations hardly depends on it, the seconds do. */
  readonly device: string;
  readonly recipe: string;
  readonly split: string;
  readonly kind: string;
  /** Index among the texts of its split and kind. */
  readonly text: number;
  readonly length: number;
  readonly seed: number;
  /** Hash of the prefix. */
  readonly tokens: string;
}

/** Equal for equal trials by the same constants. */
export function keyOf(trial: Trial): string {
  const { fingerprint, device, recipe, split, kind, text, length, seed, tokens } = trial;
  const what = { fingerprint, device, recipe, split, kind, text, length, seed, tokens };
  return contentKey('convergence', what, contenderOf(recipe));
}

/** A trial of each text that is long enough. */
export function trialsOf(setting: Setting, recipe: string, length: number): Trial[] {
  const { fingerprint, device, split, kind, seed, texts } = setting;
  return texts.flatMap((tokens, text) =>
    tokens.length < length
      ? []
      : [{ fingerprint, device, recipe, split, kind, text, length, seed, tokens: hashOf(tokens.subarray(0, length)) }],
  );
}

/** The start is the recipe's; what is random of it depends on the seed and the prefix alone. */
export function problemOf(
  { texts }: Setting,
  { text, length, seed }: Trial,
  width: number,
  spreads: StartSpreads,
): Problem {
  const tokens = texts[text]?.slice(0, length);
  if (!tokens) throw new Error(`there is no text ${text}`);
  const layout = layoutOf(defaultArrangement, length);
  const members = [{ tokens, layout, vectors: [0, 1] }];
  return { members, trainable: 2, frozen: [], width, seed: [seed, ...tokens], spreads };
}

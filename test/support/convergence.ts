import type { Result } from '../../bench/convergence/result.ts';
import type { Setting, Trial } from '../../bench/convergence/trial.ts';

/** A setting of so many texts, 16 tokens each. */
export function settingOf(texts: number): Setting {
  return {
    fingerprint: 'model',
    model: 'model',
    device: 'cpu',
    split: 'develop',
    kind: 'prose',
    seed: 0,
    texts: Array.from({ length: texts }, (_, text) => Int32Array.from({ length: 16 }, (_, i) => 100 * text + i)),
  };
}

/** A result of a trial; what reached all of its tokens reached most of them then, too. */
export function resultOf(trial: Trial, { perfect = null, budget = 100, ...rest }: Partial<Result> = {}): Result {
  const spent = perfect ?? { steps: budget, seconds: 1 };
  const correct = perfect ? trial.length : 0;
  return { model: 'model', ...trial, budget, perfect, near: perfect, correct, spent, skipped: false, ...rest };
}

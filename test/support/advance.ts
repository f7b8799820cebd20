import type { Attempt } from '../../src/runtime/training/attempt.ts';
import type { Oracle } from '../../src/runtime/work/item.ts';

/** Advances attempts by one evaluation, in lockstep. */
export async function advance(attempts: readonly Attempt[], oracle: Oracle): Promise<void> {
  const candidates = attempts.map(attempt => attempt.candidates());
  const evaluations = await oracle.evaluate(candidates.flat());
  let from = 0;
  for (const [i, attempt] of attempts.entries()) {
    const count = candidates[i]?.length ?? 0;
    attempt.tell(evaluations.slice(from, from + count));
    from += count;
  }
}

import { Cancelled, NeedsWeights, NoRoom, UserError } from '../errors.ts';
import { freeMemory, whoHoldsMemory } from '../onnxruntime/memory.ts';
import type { Operation, Parameters } from '../operations/operation.ts';
import type { Hooks } from './client.ts';
import type { Failure } from './messages.ts';

/** The engine's process ended while it was needed. */
export class EngineCrash extends Error {
  override readonly name = 'EngineCrash';

  constructor(
    message: string,
    /**
     * Whether it ran and died by itself, was ended because somebody asked for that, never ran, or gives way to another one
     * that does again what it did.
     */
    readonly kind: 'died' | 'ended' | 'unstartable' | 'replaced',
    /** Whether it said before its death that there was no memory. */
    readonly outOfMemory = false,
  ) {
    super(message);
  }
}

/** Work that kills the engine so often without having come any further is given up. */
const mostCrashes = 3;

/**
 * Why work is given up under which the engine has ended; undefined when it is to go on in a new one.
 *
 * @param crashes deaths of the engine at the same place of the work, this one included
 * @param resumable whether the work can go on
 */
function endOf(error: EngineCrash, crashes: number, resumable: boolean): Error | undefined {
  if (error.kind === 'replaced') return undefined;
  const last = !resumable || crashes === mostCrashes;
  if (error.outOfMemory && last) return outOfMemory(resumable);
  if (!resumable || error.kind === 'unstartable') return error;
  if (error.kind !== 'died' || !last) return undefined;
  return new UserError(
    `The engine died ${crashes} times at the same place of this work (${error.message}); try the device "cpu" or a smaller segment length.`,
  );
}

/** What becomes of a call that was cancelled when its engine ended. */
const endOfCancelled = (error: EngineCrash): Error => (error.kind === 'replaced' ? new Cancelled() : error);

/** @param kept whether the work has a checkpoint */
function outOfMemory(kept: boolean): UserError {
  const progress = kept ? ', and the progress so far is kept' : '';
  return new UserError(
    `The engine ran out of memory${progress}; ${freeMemory()} are free now; ${whoHoldsMemory}: close it, halve the segment length, or choose a smaller model.`,
  );
}

/**
 * Asks again when the engine has died under a call that can go on, as long as it gets further; see `EngineClient.call`.
 *
 * @param ask once, with hooks that also find out how far it gets
 */
export async function goingOn<P extends Parameters, Result, Progress>(
  { reached }: Operation<P, Result, Progress>,
  hooks: Hooks<Progress>,
  ask: (heard: Hooks<Progress>) => Promise<Result>,
): Promise<Result> {
  let [furthest, crashes] = [Number.NEGATIVE_INFINITY, 0];
  const onProgress = (progress: Progress): void => {
    const now = reached?.(progress) ?? furthest;
    if (now > furthest) [furthest, crashes] = [now, 0];
    hooks.onProgress?.(progress);
  };
  for (;;) {
    try {
      return await ask(hooks.onProgress ? { ...hooks, onProgress } : hooks);
    } catch (error) {
      if (!(error instanceof EngineCrash)) throw error;
      if (hooks.signal?.aborted) throw endOfCancelled(error);
      if (error.kind === 'died') crashes++;
      const end = endOf(error, crashes, reached !== undefined);
      if (end) throw end;
      if (reached) hooks.onRestart?.(error.message);
    }
  }
}

/** The error of a call, as the engine has told it. */
export function thrownFor({ kind, message, stack }: Failure): Error {
  if (kind === 'user') return new UserError(message);
  if (kind === 'cancelled') return new Cancelled();
  if (kind === 'needs-weights') return new NeedsWeights();
  if (kind === 'no-room') return new NoRoom(message);
  const fault = new Error(`The engine failed: ${message}`);
  if (stack) fault.stack = stack;
  return fault;
}

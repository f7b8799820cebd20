import type * as z from 'zod/mini';
import { Cancelled } from '../errors.ts';
import type { ModelRequest, Operation, Parameters } from '../operations/operation.ts';
import { parseParameters } from '../operations/parse.ts';

/** What a handler has beside its parameters. */
export interface Call<Progress> {
  /** Aborted when the caller wants no more than what there is. */
  readonly signal: AbortSignal;
  report(progress: Progress): void;
  /** Whether the operation only looks at its model. */
  readonly looks: boolean;
}

/** What does an operation. */
export interface Handler {
  /** Of the operation. */
  readonly name: string;
  /** @throws UserError when what was given is not as the operation declares it. */
  run(given: unknown, call: Omit<Call<unknown>, 'looks'>): unknown;
}

/** Joins an operation with what does it, which gets parameters that have been checked. */
export function handler<P extends Parameters, Result, Progress>(
  operation: Operation<P, Result, Progress>,
  work: (parameters: z.output<P>, call: Call<Progress>) => Promise<Result> | Result,
): Handler {
  const { name, parameters, looks } = operation;
  return { name, run: (given, call) => work(parseParameters(parameters, given), { ...call, looks }) };
}

/** Whoever lends models. */
interface Pool<Loaded> {
  use<R>(request: ModelRequest, work: (loaded: Loaded) => Promise<R> | R, how: { readonly looks: boolean }): Promise<R>;
}

/**
 * Works with a model of the pool.
 *
 * @throws Cancelled at once when the call is cancelled while it still waits for the model; UserError as the pool.
 */
export function withModel<Loaded, Result>(
  models: Pool<Loaded>,
  request: ModelRequest,
  { signal, looks }: Pick<Call<never>, 'signal' | 'looks'>,
  work: (loaded: Loaded) => Promise<Result> | Result,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Cancelled());
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener('abort', giveUp);
    const begin = (loaded: Loaded): Promise<Result> | Result => {
      signal.throwIfAborted();
      signal.removeEventListener('abort', giveUp);
      return work(loaded);
    };
    models
      .use(request, begin, { looks })
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', giveUp));
  });
}

import type { Handler } from '../../src/runtime/engine/handler.ts';
import { handlers } from '../../src/runtime/engine/handlers/index.ts';
import { Cancelled, NoRoom, UserError } from '../../src/runtime/errors.ts';
import type { Operation, Parameters, ParametersOf } from '../../src/runtime/operations/operation.ts';

/** What a person should never be told. */
const flaws = /undefined|\[object|NaN|TypeError|RangeError|SyntaxError| at .*:\d+:\d+/;

/** @throws Error unless a message is one sentence on one line, and nothing that only a programmer understands. */
function checkSentence(message: string): void {
  if (!/^[^\n\r\u2028\u2029]{10,2000}\.$/u.test(message) || flaws.test(message))
    throw new Error(`what a person is told is not one sentence: ${JSON.stringify(message)}`);
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** One use of a damaged file: what it asks for, and whether something was refused. */
export class Trial {
  /** Whether anything that was asked for was refused in a sentence. */
  refused = false;
  private readonly handlers: ReadonlyMap<string, Handler>;

  /** @param signal aborted when it has taken so long that a person would cancel */
  constructor(
    readonly folder: string,
    private readonly signal: AbortSignal,
    all: readonly Handler[] = handlers(),
  ) {
    this.handlers = new Map(all.map(handler => [handler.name, handler]));
  }

  /** Does what may be refused. @returns undefined where it was @throws whatever is no sentence for a person */
  async attempt<T>(work: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.refused = true;
      // Downloads end with the reason of the signal itself, or as the streams of Node do.
      if (this.signal.aborted && (error instanceof Cancelled || nameOf(error) === 'AbortError')) return undefined;
      if (!(error instanceof UserError || error instanceof NoRoom)) throw error;
      checkSentence(error.message);
      return undefined;
    }
  }

  /** Asks for an operation as the extension and the command line do. */
  ask<P extends Parameters, Result, Progress>(
    operation: Operation<P, Result, Progress>,
    parameters: ParametersOf<P>,
  ): Promise<unknown> {
    const call = { signal: this.signal, report: () => undefined };
    return this.attempt(() => this.handlers.get(operation.name)?.run(parameters, call));
  }
}

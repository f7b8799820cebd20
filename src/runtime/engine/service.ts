import { Cancelled, messageOf, NeedsWeights, NoRoom, UserError } from '../errors.ts';
import type { Handler } from './handler.ts';
import { type Failure, type FromEngine, replaceBytes, type ToEngine } from './messages.ts';

const millisecondsBetweenProgress = 100;

/** Answers the calls of one client: finds what does each, tells of its progress, ends it when it is cancelled. */
export class EngineService {
  private readonly handlers: ReadonlyMap<string, Handler>;
  private readonly running = new Map<number, AbortController>();
  private readonly held = new Map<number, Uint8Array>();

  constructor(
    private readonly post: (message: FromEngine) => void,
    handlers: readonly Handler[],
  ) {
    this.handlers = new Map(handlers.map(handler => [handler.name, handler]));
  }

  receive(message: ToEngine): void {
    switch (message.type) {
      case 'call':
        void this.answer(message);
        break;
      case 'cancel':
        this.running.get(message.id)?.abort();
        break;
      case 'hold':
        this.held.set(message.key, message.bytes);
        break;
      case 'release':
        this.held.delete(message.key);
    }
  }

  private async answer({ id, operation, parameters, progress: wanted }: ToEngine & { type: 'call' }): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    const progress = new Throttle(record => this.post({ type: 'progress', id, progress: record }));
    try {
      const handler = this.handlers.get(operation);
      if (!handler) throw new Error(`there is no operation ${operation}`);
      const report = (record: unknown): void => {
        if (wanted) progress.report(record);
      };
      const result = await handler.run(this.withHeld(parameters), { signal: controller.signal, report });
      progress.end();
      this.post({ type: 'result', id, result });
    } catch (error) {
      this.post({ type: 'failure', id, failure: failureOf(error) });
    } finally {
      this.running.delete(id);
    }
  }

  private withHeld(parameters: unknown): unknown {
    return replaceBytes(parameters, bytes => {
      if (bytes instanceof Uint8Array) return bytes;
      const held = this.held.get(bytes.heldBytes);
      if (!held) throw new Error(`there are no bytes ${bytes.heldBytes}`);
      return held;
    });
  }
}

/** Errors cross the process boundary with whether the user can put them right. */
function failureOf(error: unknown): Failure {
  const message = messageOf(error);
  if (error instanceof UserError) return { kind: 'user', message, stack: undefined };
  if (error instanceof Cancelled) return { kind: 'cancelled', message, stack: undefined };
  if (error instanceof NeedsWeights) return { kind: 'needs-weights', message, stack: undefined };
  if (error instanceof NoRoom) return { kind: 'no-room', message, stack: undefined };
  return { kind: 'fault', message, stack: error instanceof Error ? error.stack : undefined };
}

/** Passes on at most ten records a second, and in any case the last one. */
class Throttle {
  private next = 0;
  private latest: { readonly record: unknown } | undefined;

  constructor(private readonly send: (record: unknown) => void) {}

  report(record: unknown): void {
    this.latest = { record };
    if (performance.now() >= this.next) this.end();
  }

  end(): void {
    if (!this.latest) return;
    this.send(this.latest.record);
    this.latest = undefined;
    this.next = performance.now() + millisecondsBetweenProgress;
  }
}

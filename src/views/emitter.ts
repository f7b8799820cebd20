/** What subscribes a listener; returns what ends that. */
export type Event<T> = (listener: (event: T) => unknown) => { dispose(): void };

/** Tells listeners of events, as VS Code's own emitter does, for what has to work without VS Code. */
export class Emitter<T> {
  private readonly listeners = new Set<(event: T) => unknown>();

  readonly event: Event<T> = listener => {
    // One of its own, so that the same function may listen twice.
    const own = (event: T): unknown => listener(event);
    this.listeners.add(own);
    return { dispose: () => this.listeners.delete(own) };
  };

  /** A listener that fails hinders neither the others nor whoever tells them. */
  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}

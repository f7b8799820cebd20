const millisecondsBetweenProgress = 100;

/** Passes on at most ten records a second, and in any case the last one. */
export class ProgressReporter<Progress> {
  private next = 0;
  private held: Progress | undefined;

  constructor(private readonly send: (record: Progress) => void) {}

  report(record: Progress): void {
    this.held = record;
    if (performance.now() >= this.next) this.end();
  }

  end(): void {
    if (!this.held) return;
    this.send(this.held);
    this.held = undefined;
    this.next = performance.now() + millisecondsBetweenProgress;
  }
}

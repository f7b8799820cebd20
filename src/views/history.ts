import type { Moment } from './protocol.ts';

/** Token states that a history holds at most, all moments together: some megabytes. */
const mostStates = 1_000_000;
const mostMoments = 300;

/**
 * The moments of a training, fewer the longer it gets: when it is full, every second one is dropped and only every
 * second one of those to come is kept. The first and the latest are always there.
 */
export class History {
  private kept: Moment[] = [];
  private stride = 1;
  private pushed = 0;
  /** Whether the latest moment stands in until the next one comes. */
  private provisional = false;

  get moments(): readonly Moment[] {
    return this.kept;
  }

  get latest(): Moment | undefined {
    return this.kept.at(-1);
  }

  push(moment: Moment): void {
    if (this.provisional) this.kept.pop();
    this.kept.push(moment);
    this.provisional = this.pushed % this.stride !== 0;
    this.pushed++;
    if (!this.provisional && this.kept.length > this.capacity(moment)) this.thin();
  }

  /** Takes over moments that another history has kept. */
  restore(moments: readonly Moment[]): void {
    this.kept = [...moments];
    this.stride = 1;
    this.pushed = moments.length;
    this.provisional = false;
  }

  private capacity({ predicted }: Moment): number {
    return Math.max(30, Math.min(mostMoments, Math.floor(mostStates / Math.max(1, predicted.length))));
  }

  private thin(): void {
    const latest = this.kept.at(-1);
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.stride *= 2;
    if (latest && this.kept.at(-1) !== latest) {
      this.kept.push(latest);
      this.provisional = true;
    }
    this.pushed = 1;
  }
}

/** While a training goes on, an answer is asked for again after this rest at the least ... */
const restMilliseconds = 1500;
/** ... and after this many times what the answer took, so that looking does not slow the training down. */
const patience = 4;

/**
 * Something that the host computes of the document, asked for when it is first wanted and again when it has become old.
 * An old answer stays until the new one is there.
 */
export class Asked<T> {
  value: T | null = null;
  /** Why there is no answer. */
  problem: string | null = null;
  computing = false;
  private of: unknown;
  private turn = 0;
  private readyAt = 0;
  private timer: number | undefined;

  constructor(
    private readonly request: () => Promise<T>,
    private readonly tell: () => void,
  ) {}

  /**
   * Asks unless the answer that there is, or that is on its way, is of the same thing.
   *
   * @param patient waits a while after the last answer
   */
  want(of: unknown, patient: boolean): void {
    if (of === this.of || this.computing) return;
    const wait = patient ? this.readyAt - performance.now() : 0;
    if (wait > 0) {
      this.timer ??= window.setTimeout(() => {
        this.timer = undefined;
        this.tell();
      }, wait);
      return;
    }
    this.of = of;
    void this.run();
  }

  /** Asks again after a failure. */
  retry(): void {
    this.of = undefined;
    this.problem = null;
    this.tell();
  }

  /** Another document. */
  clear(): void {
    this.turn++;
    window.clearTimeout(this.timer);
    Object.assign(this, { value: null, problem: null, computing: false, of: undefined, timer: undefined, readyAt: 0 });
  }

  private async run(): Promise<void> {
    const turn = ++this.turn;
    const start = performance.now();
    this.computing = true;
    this.problem = null;
    this.tell();
    try {
      const value = await this.request();
      if (turn === this.turn) this.value = value;
    } catch (error) {
      if (turn === this.turn) this.problem = error instanceof Error ? error.message : String(error);
    }
    if (turn !== this.turn) return;
    const end = performance.now();
    this.readyAt = end + Math.max(restMilliseconds, patience * (end - start));
    this.computing = false;
    this.tell();
  }
}

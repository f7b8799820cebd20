/** Requests are gathered this long, so that a moment with many new predictions asks once. */
const gatherMilliseconds = 120;
const mostIdsOfOneRequest = 2000;

/** Texts of token ids, asked for when they are first wanted and kept. */
export class TokenTexts {
  private readonly known = new Map<number, string>();
  private readonly wanted = new Set<number>();
  private readonly listeners = new Set<() => void>();
  private timer: number | undefined;

  constructor(private readonly ask: (ids: readonly number[]) => Promise<readonly string[]>) {}

  learn(tokens: readonly { readonly id: number; readonly text: string }[]): void {
    for (const { id, text } of tokens) this.known.set(id, text);
  }

  /** The text if it is known; if not it is asked for, and `onArrival` told when it is there. */
  get(id: number): string | undefined {
    const text = this.known.get(id);
    if (text === undefined && id >= 0) {
      this.wanted.add(id);
      this.schedule();
    }
    return text;
  }

  /** @returns what ends the subscription */
  onArrival(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private schedule(): void {
    this.timer ??= window.setTimeout(() => void this.fetch(), gatherMilliseconds);
  }

  private async fetch(): Promise<void> {
    const ids = [...this.wanted].slice(0, mostIdsOfOneRequest);
    this.wanted.clear();
    try {
      const texts = await this.ask(ids);
      for (const [i, id] of ids.entries()) this.known.set(id, texts[i] ?? '');
    } catch (failure) {
      // Their numbers stand for them, so that one failure is not one at every moment.
      for (const id of ids) this.known.set(id, `#${id}`);
      throw failure;
    } finally {
      this.timer = undefined;
    }
    for (const listener of this.listeners) listener();
    if (this.wanted.size) this.schedule();
  }
}

/** Guesses how long work will take yet, from how far it has come since it was first heard of. */
export class Pace {
  private first: { readonly share: number; readonly at: number } | null = null;
  private share = 0;
  private at = 0;

  /** @param share of the work that is done, 0 to 1; null when there is none */
  heard(share: number | null): void {
    if (share === null) {
      this.first = null;
      return;
    }
    this.at = performance.now();
    this.share = share;
    this.first ??= { share, at: this.at };
  }

  /** At the pace so far; null before there is one. */
  get secondsLeft(): number | null {
    const { first, share, at } = this;
    if (!first || share <= first.share || share >= 1) return null;
    const left = ((at - first.at) / 1000 / (share - first.share)) * (1 - share);
    return Math.max(0, left - (performance.now() - at) / 1000);
  }
}

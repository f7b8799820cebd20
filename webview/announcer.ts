const restMilliseconds = 5000;

/** Says things in a live region: a change of status at once, progress at most every five seconds. */
export class Announcer {
  private last = Number.NEGATIVE_INFINITY;

  constructor(private readonly say: (sentence: string) => void) {}

  status(sentence: string): void {
    this.last = performance.now();
    this.say(sentence);
  }

  progress(sentence: string): void {
    if (performance.now() - this.last >= restMilliseconds) this.status(sentence);
  }
}

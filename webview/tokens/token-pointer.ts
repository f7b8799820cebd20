/** Time to rest on a token before it is pointed at, and to get from it to its card before the card goes. */
const openMilliseconds = 100;
const closeMilliseconds = 300;

/**
 * Which token is pointed at, by mouse or keyboard. It stays while the mouse is on the token or on its card, also on
 * the way between them, until Escape (WCAG 1.4.13).
 */
export class TokenPointer {
  private current: number | undefined;
  private timer: number | undefined;

  constructor(private readonly onPoint: (index: number | undefined) => void) {}

  get index(): number | undefined {
    return this.current;
  }

  /** The mouse came to a token. */
  enter(index: number): void {
    this.later(index, openMilliseconds);
  }

  /** The mouse left token or card. */
  leave(): void {
    this.later(undefined, closeMilliseconds);
  }

  /** The mouse is on the card. */
  hold(): void {
    window.clearTimeout(this.timer);
  }

  /** At once: the keyboard's way. */
  point(index: number | undefined): void {
    window.clearTimeout(this.timer);
    if (index === this.current) return;
    this.current = index;
    this.onPoint(index);
  }

  private later(index: number | undefined, milliseconds: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.point(index), milliseconds);
  }
}

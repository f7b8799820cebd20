import type { ReactiveController, ReactiveControllerHost } from 'lit';

const restMilliseconds = 150;

/** What a person does to move about: what was kept is then no longer where they want to be. */
const gestures = ['wheel', 'pointerdown', 'keydown', 'touchmove'] as const;

/** How far a page is scrolled: kept when scrolling rests, and scrolled to again in a page that has just been made. */
export class KeptScroll implements ReactiveController {
  private goal: number | undefined;
  private timer: number | undefined;
  private readonly grown = new ResizeObserver(() => this.approach());

  constructor(
    host: ReactiveControllerHost,
    private readonly remember: (scroll: number) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('scroll', this.onScroll, { passive: true });
    for (const gesture of gestures) window.addEventListener(gesture, this.onGesture, { capture: true, passive: true });
  }

  hostDisconnected(): void {
    window.clearTimeout(this.timer);
    this.arrive();
    window.removeEventListener('scroll', this.onScroll);
    for (const gesture of gestures) window.removeEventListener(gesture, this.onGesture, { capture: true });
  }

  /** Scrolls to a place as soon as the page has grown so tall, unless somebody moves about before. */
  restore(scroll: number): void {
    if (scroll <= 0) return;
    this.goal = scroll;
    this.grown.observe(document.documentElement);
  }

  private approach(): void {
    if (this.goal === undefined) return;
    window.scrollTo({ top: this.goal, behavior: 'instant' });
    if (Math.abs(window.scrollY - this.goal) < 1) this.arrive();
  }

  private arrive(): void {
    this.goal = undefined;
    this.grown.disconnect();
  }

  private readonly onGesture = (): void => this.arrive();

  private readonly onScroll = (): void => {
    window.clearTimeout(this.timer);
    // A place on the way is not the one to keep.
    if (this.goal === undefined) this.timer = window.setTimeout(() => this.remember(window.scrollY), restMilliseconds);
  };
}

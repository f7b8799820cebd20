import type { PanelStore } from '../data/store.ts';
import { spoken, subjectOf } from './card-subject.ts';
import type { ChipField } from './chip-field.ts';
import { Explainer } from './explainer.ts';
import type { Explorer } from './explorer.ts';
import type { TokenCardElement } from './token-card.ts';
import { TokenPointer } from './token-pointer.ts';

/** While training, the detail of the token pointed at is asked for again this often, not at every moment. */
const refreshMilliseconds = 1000;
const gap = 4;

/** Opens, fills, places and closes the card of the token pointed at, and tells the editor which one it is. */
export class CardKeeper {
  private readonly pointer = new TokenPointer(index => this.onPoint(index));
  private readonly explainer: Explainer;
  private timer: number | undefined;
  private chip: HTMLElement | undefined;
  private readonly onEscape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.dismiss();
  };

  private readonly onScroll = (): void => {
    if (this.pointer.index !== undefined) void this.place();
  };

  constructor(
    private readonly store: PanelStore,
    private readonly field: ChipField,
    private readonly card: TokenCardElement,
    private readonly explorer: Explorer,
    private readonly brief: boolean,
  ) {
    this.explainer = new Explainer(store.host);
    document.addEventListener('keydown', this.onEscape);
    // Every scrolling part moves the token away from its card.
    document.addEventListener('scroll', this.onScroll, { capture: true, passive: true });
  }

  /** Whether someone looks at a token now. */
  get busy(): boolean {
    return this.pointer.index !== undefined;
  }

  over(index: number | undefined): void {
    if (index === undefined) this.pointer.leave();
    else this.pointer.enter(index);
  }

  leave(): void {
    this.pointer.leave();
  }

  hold(): void {
    this.pointer.hold();
  }

  point(index: number): void {
    this.pointer.point(index);
  }

  dismiss(): void {
    this.pointer.point(undefined);
  }

  /** The token that the editor's cursor is in, or that is pointed at elsewhere in the page. */
  mark(index: number | undefined): void {
    this.chip?.classList.remove('pointed');
    this.chip?.removeAttribute('aria-describedby');
    this.chip = index === undefined ? undefined : this.field.chip(index);
    this.chip?.classList.add('pointed');
  }

  /** Another moment, or a text that was on its way. */
  refresh(): void {
    const { index } = this.pointer;
    if (index === undefined) return;
    this.describe(index);
    this.timer ??= window.setTimeout(() => this.explain(), refreshMilliseconds);
  }

  dispose(): void {
    document.removeEventListener('keydown', this.onEscape);
    document.removeEventListener('scroll', this.onScroll, { capture: true });
    this.pointer.point(undefined);
  }

  private onPoint(index: number | undefined): void {
    this.store.point(index);
    this.mark(index);
    this.card.detail = null;
    if (index === undefined) {
      this.card.subject = null;
      if (this.card.matches(':popover-open')) this.card.hidePopover();
      return;
    }
    this.chip?.setAttribute('aria-describedby', this.card.id);
    this.describe(index);
    this.explain();
    if (!this.card.matches(':popover-open')) this.card.showPopover();
    void this.place();
  }

  private describe(index: number): void {
    const subject = subjectOf(this.store, this.explorer, index, this.brief);
    this.card.subject = subject;
    if (subject) this.field.chip(index)?.setAttribute('aria-label', spoken(subject));
  }

  private explain(): void {
    window.clearTimeout(this.timer);
    this.timer = undefined;
    const { index } = this.pointer;
    const { latest, live } = this.store;
    if (index === undefined || !latest || !live || this.brief) return;
    if ((latest.predicted[index] ?? -1) < 0) return;
    void this.explainer.explain(index, latest).then(
      detail => {
        if (this.pointer.index !== index) return;
        this.card.detail = detail;
        void this.place();
      },
      (failure: Error) => {
        const { subject } = this.card;
        if (this.pointer.index === index && subject) this.card.subject = { ...subject, note: failure.message };
      },
    );
  }

  /** Below the token, or above it where there is no room. */
  private async place(): Promise<void> {
    await this.card.updateComplete;
    const anchor = this.chip?.getClientRects()[0];
    if (!anchor) return;
    const { width, height } = this.card.getBoundingClientRect();
    const below = anchor.bottom + gap;
    const top = below + height <= window.innerHeight ? below : Math.max(gap, anchor.top - gap - height);
    const left = Math.max(8, Math.min(anchor.left, window.innerWidth - width - 8));
    this.card.style.setProperty('left', `${left}px`);
    this.card.style.setProperty('top', `${top}px`);
  }
}

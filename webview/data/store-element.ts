import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { Change, PanelStore } from './store.ts';

/** An element that shows something of the store, and renders again when that has changed. */
export abstract class StoreElement extends LitElement {
  /** Set by the parent's template, before the element is connected. */
  @property({ attribute: false }) accessor store!: PanelStore;
  protected abstract readonly follows: readonly Change[];
  private unsubscribe: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.unsubscribe = this.store.subscribe(change => {
      if (this.follows.includes(change)) this.onChange(change);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unsubscribe?.();
  }

  protected onChange(_change: Change): void {
    this.requestUpdate();
  }
}

import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { Change, PanelStore } from './store.ts';

/** What tells its listeners of changes, by name. */
export interface Followed<Name extends string> {
  /** @returns what ends the subscription */
  subscribe(listener: (change: Name) => void): () => void;
}

/** An element that shows something of a store, and renders again when that has changed. */
export abstract class FollowingElement<Name extends string, Store extends Followed<Name>> extends LitElement {
  /** Set by the parent's template, before the element is connected. */
  @property({ attribute: false }) accessor store!: Store;
  protected abstract readonly follows: readonly Name[];
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

  protected onChange(_change: Name): void {
    this.requestUpdate();
  }
}

/** An element of the panel. */
export abstract class StoreElement extends FollowingElement<Change, PanelStore> {}

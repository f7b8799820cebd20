import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { Change, PanelStore } from './store.ts';

/** What tells its listeners of changes, by name. */
export interface Followed<Name extends string> {
  /** @returns what ends the subscription */
  subscribe(listener: (change: Name) => void): () => void;
}

/** Pictures follow a training at this pace; other things are faster. */
const restMilliseconds = 250;

/** An element that shows something of a store, and renders again when that has changed. */
export abstract class FollowingElement<Name extends string, Store extends Followed<Name>> extends LitElement {
  /** Set by the parent's template, before the element is connected. */
  @property({ attribute: false }) accessor store!: Store;
  protected abstract readonly follows: readonly Name[];
  /** Changes that come so often that rendering rests between them. */
  protected readonly paced: readonly Name[] = [];
  private restTimer: number | undefined;
  private unsubscribe: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.unsubscribe = this.store.subscribe(change => {
      if (this.paced.includes(change)) this.renderLater();
      else if (this.follows.includes(change)) this.onChange(change);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unsubscribe?.();
    window.clearTimeout(this.restTimer);
    this.restTimer = undefined;
  }

  protected onChange(_change: Name): void {
    this.requestUpdate();
  }

  private renderLater(): void {
    this.restTimer ??= window.setTimeout(() => {
      this.restTimer = undefined;
      this.requestUpdate();
    }, restMilliseconds);
  }
}

/** An element of the panel. */
export abstract class StoreElement extends FollowingElement<Change, PanelStore> {}

import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Offer } from '../src/views/requests.ts';
import type { Followed } from './data/store-element.ts';
import './elements.ts';
import { GlossaryRequest } from './glossary/explained.ts';
import { RequestFailure } from './host.ts';
import { OfferTaken, offerButtons } from './offers.ts';
import { panelStyles } from './panel-styles.ts';
import { t } from './strings.ts';
import { shared } from './styles.ts';

/** What a page shows: a document, once there is one, and what went wrong last. */
interface PageStoreLike extends Followed<string> {
  readonly document: object | undefined;
  readonly failure: string | null;
  readonly host: { request(name: 'showGlossary', params: { readonly term: string }): Promise<null> };
  fail(message: string | null): void;
  act(action: Offer): void;
}

/** A whole page: whatever document the host shows, below what went wrong last. */
export abstract class PageElement<Store extends PageStoreLike> extends LitElement {
  private current: Store | undefined;

  static override styles = [shared, panelStyles];

  set store(store: Store) {
    this.current = store;
    this.addEventListener(OfferTaken.kind, event => {
      if (event instanceof OfferTaken) store.act(event.offer);
    });
    this.addEventListener(GlossaryRequest.kind, event => {
      if (event instanceof GlossaryRequest) void store.host.request('showGlossary', { term: event.term });
    });
    store.subscribe(change => {
      if (change === 'document' || change === 'failure') this.requestUpdate();
    });
    this.requestUpdate();
  }

  override render(): TemplateResult | typeof nothing {
    const store = this.current;
    if (!store?.document) return nothing;
    return html`${this.failure(store)}${this.content(store)}`;
  }

  protected abstract content(store: Store): TemplateResult;

  private failure(store: Store): TemplateResult | typeof nothing {
    if (store.failure === null) return nothing;
    return html`<div class="failure" role="alert">
      <vscode-icon name="error"></vscode-icon>
      <span>${store.failure}</span>
      ${offerButtons(['showLog'], false)}
      <vscode-toolbar-button icon="close" label=${t('Dismiss')} @click=${() => store.fail(null)}></vscode-toolbar-button>
    </div>`;
  }
}

/** Joins a page with its store and tells the host that both are there. */
export function startPage<
  Store extends PageStoreLike & { readonly host: { request(name: 'ready', params: null): unknown } },
>(page: Element | null, kind: new () => PageElement<Store>, store: Store): void {
  // A request that failed and whose caller had nothing better to say about it.
  window.addEventListener('unhandledrejection', event => {
    if (!(event.reason instanceof RequestFailure)) return;
    event.preventDefault();
    store.fail(event.reason.message);
  });
  if (page instanceof kind) page.store = store;
  void store.host.request('ready', null);
}

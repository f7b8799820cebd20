import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import '../elements.ts';
import '../file/foreign.ts';
import { panelStyles } from '../panel-styles.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import '../tab-view.ts';
import type { Tab } from '../tab-view.ts';
import './connectivity/connectivity.ts';
import type { SolutionsStore } from './data/store.ts';
import './distances/distances.ts';
import './header.ts';
import './list/solutions-list.ts';

/** The whole page of the editor of solutions. */
@customElement('proto-solutions')
export class SolutionsPageElement extends LitElement {
  private current: SolutionsStore | undefined;

  static override styles = [shared, panelStyles];

  set store(store: SolutionsStore) {
    this.current = store;
    store.subscribe(change => {
      if (change === 'document' || change === 'failure') this.requestUpdate();
    });
    this.requestUpdate();
  }

  override render(): TemplateResult | typeof nothing {
    const store = this.current;
    if (!store?.document) return nothing;
    return html`${this.failure(store)}${
      store.document.kind === 'foreign'
        ? html`<proto-foreign .file=${store.document} .onOpen=${() => store.act('openAsText')}></proto-foreign>`
        : html`
            <proto-solutions-header .store=${store}></proto-solutions-header>
            <proto-tab-view .store=${store} .tabs=${this.tabs(store)}></proto-tab-view>
          `
    }`;
  }

  private tabs(store: SolutionsStore): readonly Tab[] {
    return [
      {
        name: 'distances',
        label: t('Distances'),
        content: () => html`<proto-distances .store=${store}></proto-distances>`,
      },
      {
        name: 'connectivity',
        label: t('Connectivity'),
        content: () => html`<proto-connectivity .store=${store}></proto-connectivity>`,
      },
      {
        name: 'solutions',
        label: t('Solutions'),
        content: () => html`<proto-solutions-list .store=${store}></proto-solutions-list>`,
      },
    ];
  }

  private failure(store: SolutionsStore): TemplateResult | typeof nothing {
    if (store.failure === null) return nothing;
    return html`<div class="failure" role="alert">
      <vscode-icon name="error"></vscode-icon>
      <span>${store.failure}</span>
      <vscode-toolbar-button icon="close" label=${t('Dismiss')} @click=${() => store.fail(null)}></vscode-toolbar-button>
    </div>`;
  }
}

import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Change, PanelStore } from './data/store.ts';
import './elements.ts';
import './file/file-header.ts';
import './file/foreign.ts';
import './file/overview.ts';
import './file/vectors.ts';
import './job/header.ts';
import './job/result.ts';
import './job/training.ts';
import './live-banner.ts';
import { panelStyles } from './panel-styles.ts';
import { t } from './strings.ts';
import { shared } from './styles.ts';
import './tab-view.ts';
import type { Tab } from './tab-view.ts';
import './tokens/file-tokens.ts';
import './tokens/token-view.ts';

/** The whole page: whatever document the host shows. */
@customElement('proto-panel')
export class PanelElement extends LitElement {
  private current: PanelStore | undefined;

  static override styles = [shared, panelStyles];

  set store(store: PanelStore) {
    this.current = store;
    store.subscribe(change => this.onChange(change));
    this.requestUpdate();
  }

  override render(): TemplateResult | typeof nothing {
    const store = this.current;
    if (!store?.document) return nothing;
    return html`${this.failure(store)}${this.content(store)}`;
  }

  private content(store: PanelStore): TemplateResult {
    switch (store.document?.kind) {
      case 'job':
        return html`
          <proto-job-header .store=${store}></proto-job-header>
          <proto-tab-view .store=${store} .tabs=${this.jobTabs(store)}></proto-tab-view>
        `;
      case 'file':
        return html`
          <proto-file-header .store=${store}></proto-file-header>
          <proto-tab-view .store=${store} .tabs=${this.fileTabs(store)}></proto-tab-view>
        `;
      default:
        return html`<proto-foreign
          .file=${store.document}
          .onOpen=${() => store.act('openAsText')}
        ></proto-foreign>`;
    }
  }

  private jobTabs(store: PanelStore): readonly Tab[] {
    const banner = html`<proto-live-banner .store=${store}></proto-live-banner>`;
    return [
      {
        name: 'tokens',
        label: t('Tokens'),
        content: () => html`${banner}<proto-tokens .store=${store}></proto-tokens>`,
      },
      {
        name: 'training',
        label: t('Training'),
        content: () => html`${banner}<proto-training .store=${store}></proto-training>`,
      },
      {
        name: 'result',
        label: t('Result'),
        content: () => html`${banner}<proto-result .store=${store}></proto-result>`,
      },
    ];
  }

  private fileTabs(store: PanelStore): readonly Tab[] {
    return [
      {
        name: 'overview',
        label: t('Overview'),
        content: () => html`<proto-overview .store=${store}></proto-overview>`,
      },
      {
        name: 'tokens',
        label: t('Tokens'),
        content: () => html`<proto-file-tokens .store=${store}></proto-file-tokens>`,
      },
      { name: 'vectors', label: t('Vectors'), content: () => html`<proto-vectors .store=${store}></proto-vectors>` },
    ];
  }

  private failure(store: PanelStore): TemplateResult | typeof nothing {
    if (store.failure === null) return nothing;
    return html`<div class="failure" role="alert">
      <vscode-icon name="error"></vscode-icon>
      <span>${store.failure}</span>
      <vscode-toolbar-button icon="close" label=${t('Dismiss')} @click=${() => store.fail(null)}></vscode-toolbar-button>
    </div>`;
  }

  private onChange(change: Change): void {
    if (change === 'document' || change === 'failure') this.requestUpdate();
  }
}

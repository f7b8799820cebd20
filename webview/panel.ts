import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import './arrangements/picker.ts';
import type { PanelStore } from './data/store.ts';
import './file/file-header.ts';
import './file/foreign.ts';
import './file/overview.ts';
import './file/vectors.ts';
import './job/achievement.ts';
import './job/header.ts';
import './job/result.ts';
import './job/training.ts';
import './live-banner.ts';
import { PageElement } from './page-element.ts';
import { t } from './strings.ts';
import './tab-view.ts';
import type { Tab } from './tab-view.ts';
import './tokens/file-tokens.ts';
import './tokens/token-view.ts';

/** The whole page: whatever document the host shows. */
@customElement('proto-panel')
export class PanelElement extends PageElement<PanelStore> {
  protected override content(store: PanelStore): TemplateResult {
    switch (store.document?.kind) {
      case 'job':
        return html`
          <proto-job-header .store=${store}></proto-job-header>
          <proto-achievement .store=${store}></proto-achievement>
          <proto-tab-view .store=${store} .tabs=${this.jobTabs(store)}></proto-tab-view>
          <proto-arrangement-picker .store=${store}></proto-arrangement-picker>
        `;
      case 'file':
        return html`
          <proto-file-header .store=${store}></proto-file-header>
          <proto-tab-view .store=${store} .tabs=${this.fileTabs(store)}></proto-tab-view>
        `;
      default:
        return html`<proto-foreign .file=${store.document}></proto-foreign>`;
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
}

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import '../file/foreign.ts';
import { PageElement } from '../page-element.ts';
import { t } from '../strings.ts';
import '../tab-view.ts';
import type { Tab } from '../tab-view.ts';
import './connectivity/connectivity.ts';
import type { SolutionsStore } from './data/store.ts';
import './distances/distances.ts';
import './header.ts';
import './list/solutions-list.ts';

/** The whole page of the editor of solutions. */
@customElement('proto-solutions')
export class SolutionsPageElement extends PageElement<SolutionsStore> {
  protected override content(store: SolutionsStore): TemplateResult {
    if (store.document?.kind === 'foreign') return html`<proto-foreign .file=${store.document}></proto-foreign>`;
    return html`
      <proto-solutions-header .store=${store}></proto-solutions-header>
      <proto-tab-view .store=${store} .tabs=${this.tabs(store)}></proto-tab-view>
    `;
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
}

import { css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { counts } from '../format.ts';
import { headerStyles } from '../job/header-styles.ts';
import { KeptScroll } from '../kept-scroll.ts';
import { PageElement } from '../page-element.ts';
import { t } from '../strings.ts';
import './comparison.ts';
import './runs-table.ts';
import type { RunsStore } from './store.ts';

/** The whole page that compares runs. */
@customElement('proto-runs')
export class RunsPageElement extends PageElement<RunsStore> {
  private readonly keptScroll = new KeptScroll(this, scroll => this.shown?.remember({ scroll }));
  private shown: RunsStore | undefined;

  static override styles = [
    ...PageElement.styles,
    headerStyles,
    css`
      :host {
        padding: 0;
      }

      header {
        padding: 14px 20px 10px;
      }

      main {
        padding: 0 20px 40px;
      }

      .empty {
        align-items: flex-start;
        display: flex;
        flex-direction: column;
        gap: 12px;
        margin-top: 12px;
      }
    `,
  ];

  protected override content(store: RunsStore): TemplateResult {
    const { length } = store.runs;
    if (!this.shown) this.keptScroll.restore(store.view.scroll);
    this.shown = store;
    return html`
      <header>
        <div class="lines">
          <div class="title"><h1>${t('Compare Runs')}</h1></div>
          <p class="facts figures" ?hidden=${!length}>
            <span>${counts.runs(length)}</span>
          </p>
        </div>
      </header>
      <main>${length ? this.comparison(store) : this.empty(store)}</main>
    `;
  }

  private comparison(store: RunsStore): TemplateResult {
    return html`<proto-runs-table .store=${store}></proto-runs-table>
      <proto-comparison .store=${store}></proto-comparison>`;
  }

  private empty(store: RunsStore): TemplateResult {
    return html`<div class="empty">
      <p>${t('There is nothing to compare yet: each compression is a run. Compress a text twice, for example with different seeds.')}</p>
      <vscode-button data-action="openSample" @click=${() => store.act('openSample')}>${t('Try It on a Sample')}</vscode-button>
    </div>`;
  }
}

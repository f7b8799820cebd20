import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type Followed, FollowingElement } from './data/store-element.ts';
import { KeptScroll } from './kept-scroll.ts';
import { shared } from './styles.ts';

export interface Tab {
  readonly name: string;
  readonly label: string;
  readonly content: () => TemplateResult;
}

/** Whoever keeps which tab is open and how far it is scrolled. */
export interface TabStore extends Followed<string> {
  readonly view: { readonly tab: string; readonly scroll: number };
  look(change: { readonly tab: string; readonly scroll: number }): void;
  remember(change: { readonly scroll: number }): void;
}

/** The tabs of a document; only the open one has content. Which one it is, and how far it is scrolled, is kept. */
@customElement('proto-tab-view')
export class TabViewElement extends FollowingElement<string, TabStore> {
  protected override readonly follows = ['document', 'view'] as const;
  @property({ attribute: false }) accessor tabs: readonly Tab[] = [];
  private readonly keptScroll = new KeptScroll(this, scroll => this.store.remember({ scroll }));

  static override styles = [
    shared,
    css`
      vscode-tabs {
        padding: 8px 20px 40px;
      }

      vscode-tab-header {
        margin-inline-end: 12px;
      }

      vscode-tab-header[active] {
        box-shadow: inset 0 -2px 0 var(--vscode-panelTitle-activeBorder, currentColor);
      }

      vscode-tab-panel {
        overflow: visible;
        padding-top: 16px;
      }
    `,
  ];

  override firstUpdated(): void {
    this.keptScroll.restore(this.store.view.scroll);
  }

  override render(): TemplateResult {
    const open = this.openIndex;
    return html`
      <vscode-tabs
        .selectedIndex=${open}
        @vsc-tabs-select=${(event: CustomEvent<{ selectedIndex: number }>) => this.open(event.detail.selectedIndex)}
        @keydown=${{ handleEvent: (event: KeyboardEvent) => void this.onKey(event), capture: true }}
      >
        ${this.tabs.map(
          ({ name, label, content }, i) => html`
            <vscode-tab-header
              data-tab=${name}
              aria-selected=${i === open ? 'true' : 'false'}
              tabindex=${i === open ? 0 : -1}
              >${label}</vscode-tab-header
            >
            <vscode-tab-panel>
              ${i === open ? content() : nothing}
            </vscode-tab-panel>
          `,
        )}
      </vscode-tabs>
    `;
  }

  private get openIndex(): number {
    return Math.max(
      0,
      this.tabs.findIndex(({ name }) => name === this.store.view.tab),
    );
  }

  private open(index: number): void {
    this.store.look({ tab: this.tabs[index]?.name ?? '', scroll: 0 });
    window.scrollTo({ top: 0, behavior: 'instant' });
  }

  /** Instead of vscode-tabs, which does not know Space, Home and End. */
  private async onKey(event: KeyboardEvent): Promise<void> {
    const headers = [...this.renderRoot.querySelectorAll<HTMLElement>('vscode-tab-header')];
    const from = event.target instanceof HTMLElement ? headers.indexOf(event.target) : -1;
    if (from < 0) return;
    const { length } = headers;
    const goals: Readonly<Record<string, number>> = {
      ArrowLeft: (from + length - 1) % length,
      ArrowRight: (from + 1) % length,
      Home: 0,
      End: length - 1,
      Enter: from,
      ' ': from,
    };
    const goal = goals[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.open(goal);
    await this.updateComplete;
    headers[goal]?.focus();
  }
}

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { choice, controlStyles, type Options } from '../controls.ts';
import { StoreElement } from '../data/store-element.ts';
import { count } from '../format.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { type MeasureName, measureOf, measures } from './measures/measures.ts';

/** What the tokens are coloured and sorted by, and what is searched for among them; `seek` asks for the next one found. */
@customElement('proto-token-tools')
export class TokenToolsElement extends StoreElement {
  protected override readonly follows = ['document', 'view'] as const;
  /** Tokens that were found, and which of them was gone to last. */
  @property({ type: Number }) accessor found = 0;
  @property({ type: Number }) accessor place = -1;

  static override styles = [
    shared,
    controlStyles,
    css`
      .controls {
        margin-bottom: 12px;
      }

      .sort {
        align-items: flex-end;
        display: flex;
        gap: 2px;
      }

      .search {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
      }

      input[type='search'] {
        background: var(--vscode-input-background, transparent);
        border: 1px solid var(--vscode-input-border, var(--proto-line));
        border-radius: 2px;
        color: var(--vscode-input-foreground, var(--vscode-foreground));
        font: inherit;
        font-size: 13px;
        height: 26px;
        padding: 0 6px;
        width: 150px;
      }

      .count {
        min-width: 9ch;
      }
    `,
  ];

  override render(): TemplateResult {
    const { colour, sort, descending, search } = this.store.view;
    const named = measures.map(({ name, label }) => [name, label] as const);
    const colours: Options<MeasureName | null> = [[null, t('Right or wrong')], ...named];
    const orders: Options<MeasureName | null> = [[null, t('Order of the text')], ...named];
    return html`<div class="controls">
      ${choice(t('Colour by'), colours, colour, value => this.store.look({ colour: value }))}
      <div class="sort">
        ${choice(t('Sort by'), orders, sort, value => this.sortBy(value))}
        ${
          sort === null
            ? nothing
            : html`<vscode-toolbar-button
                icon=${descending ? 'arrow-down' : 'arrow-up'}
                label=${descending ? t('Highest first; change to lowest first') : t('Lowest first; change to highest first')}
                title=${descending ? t('Highest first') : t('Lowest first')}
                @click=${() => this.store.look({ descending: !descending })}
              ></vscode-toolbar-button>`
        }
      </div>
      <label class="control">
        <span class="muted">${t('Search')}</span>
        <span class="search">
          <input
            type="search"
            placeholder=${t('text or token id')}
            .value=${search}
            @input=${({ target }: Event) => this.store.look({ search: (target as HTMLInputElement).value })}
            @keydown=${this.onKey}
          />
        </span>
      </label>
      ${
        search
          ? html`<div class="search">
              <span class="count muted figures" role="status">${this.counted()}</span>
              ${this.button('arrow-up', t('Previous match'), t('Previous match (Shift+Enter)'), -1)}
              ${this.button('arrow-down', t('Next match'), t('Next match (Enter)'), 1)}
            </div>`
          : nothing
      }
    </div>`;
  }

  private button(icon: string, label: string, title: string, direction: 1 | -1): TemplateResult {
    return html`<vscode-toolbar-button
      icon=${icon}
      label=${label}
      title=${title}
      ?disabled=${!this.found}
      @click=${() => this.seek(direction)}
    ></vscode-toolbar-button>`;
  }

  private counted(): string {
    if (!this.found) return t('no match');
    if (this.place >= 0) return t('{0} of {1}', count(this.place + 1), count(this.found));
    return this.found === 1 ? t('1 match') : t('{0} matches', count(this.found));
  }

  /** The tokens that are not as one wants them come first. */
  private sortBy(sort: MeasureName | null): void {
    this.store.look({ sort, descending: sort === null || measureOf(sort).good !== 'high' });
  }

  private seek(direction: 1 | -1): void {
    this.dispatchEvent(new CustomEvent<1 | -1>('seek', { detail: direction }));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      event.preventDefault();
      this.seek(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && this.store.view.search) {
      event.preventDefault();
      event.stopPropagation();
      this.store.look({ search: '' });
    }
  }
}

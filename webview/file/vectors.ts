import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { NearestView, NearToken } from '../../src/views/protocol.ts';
import type { DataTable } from '../charts/export.ts';
import '../charts/export-bar.ts';
import { StoreElement } from '../data/store-element.ts';
import { count, figure, quoted } from '../format.ts';
import { t } from '../strings.ts';
import { shared, tables } from '../styles.ts';

/** Which tokens of the vocabulary the learned vectors are near to; asked for when it is first looked at. */
@customElement('proto-vectors')
export class VectorsElement extends StoreElement {
  protected override readonly follows = [] as const;
  @state() private accessor vectors: readonly NearestView[] | null = null;
  @state() private accessor problem: string | null = null;
  @state() private accessor chosen = 0;

  static override styles = [
    shared,
    tables,
    css`
      .row {
        margin-bottom: 16px;
      }

      .waiting {
        align-items: center;
        display: flex;
        gap: 12px;
      }

      .both {
        display: grid;
        gap: 24px 40px;
        grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr));
        max-width: 1000px;
      }

      .token {
        font-family: var(--vscode-editor-font-family, monospace);
      }

      tbody .token {
        color: var(--vscode-foreground);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
  }

  override render(): TemplateResult {
    if (this.problem !== null)
      return html`<p role="alert">${this.problem}</p>
        <vscode-button icon="refresh" secondary @click=${() => void this.ask()}>${t('Retry')}</vscode-button>`;
    if (!this.vectors)
      return html`<div class="waiting">
        <vscode-progress-ring aria-label=${t('Comparing')}></vscode-progress-ring>
        <span>${t('Comparing the vectors with the vocabulary …')}</span>
      </div>`;
    const vector = this.vectors[this.chosen];
    return html`
      <proto-export-bar
        label=${t('Nearest Tokens of the Vocabulary')}
        .host=${this.store.host}
        .chart=${{ name: 'nearest-tokens', table: () => this.table() }}
      ></proto-export-bar>
      <div class="row">
        <vscode-single-select
          label=${t('Vector')}
          aria-label=${t('Vector')}
          @change=${(event: Event) => {
            this.chosen = (event.target as EventTarget & { selectedIndex: number }).selectedIndex;
          }}
        >
          ${this.vectors.map(({ vector }, i) => html`<vscode-option value=${i} ?selected=${i === this.chosen}>${vector}</vscode-option>`)}
        </vscode-single-select>
        ${vector ? html`<span class="muted figures">${t('norm {0}', figure(vector.norm))}</span>` : nothing}
      </div>
      ${
        vector
          ? html`<div class="both">
              ${this.list(t('By cosine'), vector.byCosine)} ${this.list(t('By dot product'), vector.byProduct)}
            </div>`
          : nothing
      }
    `;
  }

  private list(caption: string, tokens: readonly NearToken[]): TemplateResult {
    return html`<table>
      <caption>${caption}</caption>
      <thead>
        <tr>
          <th scope="col">${t('Token')}</th>
          <th scope="col" class="number">${t('Id')}</th>
          <th scope="col" class="number">${t('Cosine')}</th>
          <th scope="col" class="number">${t('Product')}</th>
        </tr>
      </thead>
      <tbody>
        ${tokens.map(
          ({ id, text, cosine, product }) => html`<tr>
            <th scope="row" class="token">${quoted(text)}</th>
            <td class="number">${count(id)}</td>
            <td class="number">${cosine.toFixed(3)}</td>
            <td class="number">${figure(product)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private table(): DataTable {
    const rows = (this.vectors ?? []).flatMap(({ vector, norm, byCosine, byProduct }) =>
      Object.entries({ cosine: byCosine, product: byProduct }).flatMap(([order, tokens]) =>
        tokens.map((near, i) => [vector, norm, order, i + 1, near.id, near.text, near.cosine, near.product]),
      ),
    );
    return { columns: ['vector', 'norm', 'order', 'rank', 'id', 'token', 'cosine', 'product'], rows };
  }

  private async ask(): Promise<void> {
    this.problem = null;
    try {
      this.vectors = await this.store.host.request('nearest', null);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

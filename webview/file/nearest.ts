import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { DataTable } from '../../src/report/csv.ts';
import type { NearToken } from '../../src/runtime/results/tokens.ts';
import type { NearestView } from '../../src/views/protocol.ts';
import '../charts/export-bar.ts';
import { even, figure, quoted } from '../format.ts';
import { explained } from '../glossary/explained.ts';
import type { Exporter } from '../host.ts';
import { t } from '../strings.ts';
import { shared, tables } from '../styles.ts';

/** Tables of the tokens of the vocabulary that vectors are near to, one vector at a time. */
@customElement('proto-nearest')
export class NearestElement extends LitElement {
  @property({ attribute: false }) accessor host!: Exporter;
  @property({ attribute: false }) accessor vectors: readonly NearestView[] = [];
  @state() private accessor chosen = 0;

  static override styles = [
    shared,
    tables,
    css`
      .row {
        margin-bottom: 16px;
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

  override render(): TemplateResult {
    const vector = this.vectors[this.chosen];
    return html`
      <proto-export-bar
        label=${t('Nearest Tokens of the Vocabulary')}
        term="Nearest tokens"
        .host=${this.host}
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
        ${vector ? html`<span class="muted figures">${explained(t('norm {0}', figure(vector.norm)), 'Norm')}</span>` : nothing}
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
            <td class="number">${id}</td>
            <td class="number">${cosine.toFixed(3)}</td>
            <td class="number">${even(product)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private table(): DataTable {
    const rows = this.vectors.flatMap(({ vector, norm, byCosine, byProduct }) =>
      Object.entries({ cosine: byCosine, product: byProduct }).flatMap(([order, tokens]) =>
        tokens.map((near, i) => [vector, norm, order, i + 1, near.id, near.text, near.cosine, near.product]),
      ),
    );
    return { columns: ['vector', 'norm', 'order', 'rank', 'id', 'token', 'cosine', 'product'], rows };
  }
}

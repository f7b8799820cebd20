import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { SizesView } from '../../src/views/protocol.ts';
import { StoreElement } from '../data/store-element.ts';
import { count, percent } from '../format.ts';
import { t } from '../strings.ts';
import { shared, tables } from '../styles.ts';
import { sizeRows, verdict } from './size-parts.ts';

/** Sizes of a file and of its text, as a picture and as a table. */
@customElement('proto-sizes')
export class SizesElement extends StoreElement {
  protected override readonly follows = [] as const;
  @property({ attribute: false }) accessor sizes: SizesView | null = null;

  static override styles = [
    shared,
    tables,
    css`
    .verdict {
      margin-bottom: 12px;
      max-width: 72ch;
    }
  `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { sizes } = this;
    if (!sizes) return nothing;
    return html`
      <h2>${t('Sizes')}</h2>
      <p class="verdict">${verdict(sizes)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">${t('What')}</th>
            <th scope="col" class="number">${t('Bytes')}</th>
            <th scope="col" class="number">${t('Of the text')}</th>
          </tr>
        </thead>
        <tbody>
          ${sizeRows(sizes).map(
            row => html`<tr>
              <th scope="row">${row.name}</th>
              <td class="number">${count(row.bytes)}</td>
              <td class="number">${percent(row.bytes / sizes.text)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    `;
  }
}

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { Sizes } from '../../src/runtime/results/compression.ts';
import type { PanelStore } from '../data/store.ts';
import { count, percent } from '../format.ts';
import { t } from '../strings.ts';
import { shared, tables } from '../styles.ts';
import type { ChartElement } from './chart-element.ts';
import './chart-element.ts';
import './export-bar.ts';
import type { DataTable } from '../../src/report/csv.ts';
import { sizeRows, verdict } from './size-parts.ts';
import { sizesChart, sizesSummary } from './sizes-chart.ts';

/** Sizes of a file and of its text: in a sentence, as a picture and as a table. */
@customElement('proto-sizes')
export class SizesElement extends LitElement {
  @property({ attribute: false }) accessor store!: PanelStore;
  @property({ attribute: false }) accessor sizes: Sizes | null = null;
  @query('proto-chart') private accessor chart!: ChartElement;

  static override styles = [
    shared,
    tables,
    css`
      .verdict {
        margin-bottom: 12px;
        max-width: 80ch;
      }

      .both {
        align-items: center;
        display: grid;
        gap: 12px 32px;
        grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr));
      }

      proto-chart {
        height: 250px;
      }

      .swatch {
        border: 1px solid var(--proto-line);
        display: inline-block;
        height: 10px;
        margin-inline-end: 8px;
        width: 10px;
      }

      .part {
        padding-inline-start: 16px;
      }

      .part-1 .swatch {
        background: var(--proto-part-1);
      }

      .part-2 .swatch {
        background: var(--proto-part-2);
      }

      .part-3 .swatch {
        background: var(--proto-part-3);
      }

      .part-4 .swatch {
        background: var(--proto-part-4);
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { sizes } = this;
    if (!sizes) return nothing;
    return html`
      <proto-export-bar
        label=${t('Sizes')}
        term="Deflated size"
        .host=${this.store.host}
        .chart=${{ name: 'sizes', table: () => this.table(sizes), picture: () => this.chart.picture() }}
      ></proto-export-bar>
      <p class="verdict">${verdict(sizes)}</p>
      <div class="both">
        <proto-chart .make=${sizesChart.bind(null, sizes)} summary=${sizesSummary(sizes)}></proto-chart>
        ${this.rows(sizes)}
      </div>
    `;
  }

  private rows(sizes: Sizes): TemplateResult {
    return html`<table>
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
            <th scope="row" class=${row.part ? `part part-${row.part}` : ''}>
              ${row.part ? html`<span class="swatch"></span>` : nothing}${row.name}
            </th>
            <td class="number">${count(row.bytes)}</td>
            <td class="number">${percent(row.bytes / sizes.text)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private table(sizes: Sizes): DataTable {
    return { columns: ['what', 'bytes'], rows: sizeRows(sizes).map(({ name, bytes }) => [name, bytes]) };
  }
}

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { DataTable } from '../../src/report/csv.ts';
import type { ExperimentReport, ReportTable } from '../../src/runtime/results/experiments.ts';
import '../charts/export-bar.ts';
import { PageElement } from '../page-element.ts';
import { t } from '../strings.ts';
import { tables } from '../styles.ts';
import './figure.ts';
import './header.ts';
import type { ExperimentStore } from './store.ts';

/** The whole page of an experiment: how far it is, its figures, its tables beside the paper's, the cells that failed. */
@customElement('proto-experiment')
export class ExperimentPageElement extends PageElement<ExperimentStore> {
  static override styles = [
    ...PageElement.styles,
    tables,
    css`
      :host {
        padding: 0;
      }

      main {
        display: grid;
        gap: 32px;
        grid-template-columns: minmax(0, 1fr);
        padding: 16px 20px 40px;
      }

      .scroll {
        overflow-x: auto;
      }

      .scroll th,
      .scroll td {
        padding-inline-end: 16px;
        white-space: nowrap;
      }

      .failed td:last-child {
        white-space: normal;
      }

      .tables {
        align-items: start;
        display: grid;
        gap: 32px;
        grid-template-columns: minmax(0, 1fr);
      }

      @media (min-width: 1000px) {
        .tables {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }

    `,
  ];

  protected override content(store: ExperimentStore): TemplateResult {
    const { report } = store.document ?? {};
    return html`<proto-experiment-header .store=${store}></proto-experiment-header>
      <main>${report ? this.results(store, report) : this.nothingYet()}</main>`;
  }

  private results(store: ExperimentStore, { tables: all, figures, failures }: ExperimentReport): TemplateResult {
    return html`
      ${figures.map(
        figure => html`<proto-experiment-figure .host=${store.host} .figure=${figure}></proto-experiment-figure>`,
      )}
      ${figures.length ? nothing : html`<p class="muted">${t('A chart appears with the first cells.')}</p>`}
      <div class="tables">${all.map((table, i) => this.table(store, table, `table-${i + 1}`))}</div>
      ${
        failures.length
          ? this.table(
              store,
              {
                title: t('Cells that could not be computed'),
                header: [t('cell'), t('why')],
                rows: failures.map(({ cell, problem }) => [cell, problem]),
              },
              'failed',
            )
          : nothing
      }
    `;
  }

  private table({ host }: ExperimentStore, table: ReportTable, name: string): TemplateResult {
    const { title, header, rows } = table;
    return html`<section class=${name}>
      <proto-export-bar .host=${host} .chart=${{ name, table: () => dataOf(table) }} label=${title}></proto-export-bar>
      <div class="scroll" tabindex="0" role="region" aria-label=${title}>
        <table>
          <thead>
            <tr>
              ${header.map(column => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ([first = '', ...cells]) =>
                html`<tr>
                  <th scope="row">${first}</th>
                  ${cells.map(cell => html`<td class="figures">${cell}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  private nothingYet(): TemplateResult {
    return html`<p class="muted">${t('Tables and charts appear here, and fill as cells end.')}</p>`;
  }
}

const dataOf = ({ header, rows }: ReportTable): DataTable => ({ columns: header, rows });

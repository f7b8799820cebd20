import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { RunView } from '../../src/views/runs/protocol.ts';
import '../charts/export-bar.ts';
import type { DataTable } from '../../src/report/csv.ts';
import { count, counts } from '../format.ts';
import { explanation } from '../glossary/explained.ts';
import { t } from '../strings.ts';
import { shared, tables } from '../styles.ts';
import { type Column, columnsOf, numeric, rowsOf } from './columns.ts';
import { letterStyles } from './letter-styles.ts';
import { standingIcons, standingWord } from './standing.ts';
import { mostCompared, RunsElement } from './store.ts';
import { tableStyles } from './table-styles.ts';

/** Of a text, in a line below the name. */
const mostTextLetters = 80;

/** All runs, in any column's order, filtered by words; some of them can be chosen to be compared. */
@customElement('proto-runs-table')
export class RunsTableElement extends RunsElement {
  protected override readonly follows = ['document', 'view'] as const;

  static override styles = [
    shared,
    tables,
    tableStyles,
    letterStyles,
    css`
      .tools {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 16px;
        justify-content: space-between;
        margin-bottom: 8px;
      }

      .tools proto-export-bar {
        flex: 1 0 100%;
        margin: 0;
      }

      .tools label {
        align-items: center;
        display: flex;
        flex: 0 1 320px;
        gap: 8px;
      }

      input[type='search'] {
        background: var(--vscode-input-background, transparent);
        border: 1px solid var(--vscode-input-border, var(--proto-line));
        border-radius: 3px;
        color: var(--vscode-input-foreground, var(--vscode-foreground));
        flex: 1;
        font: inherit;
        min-width: 0;
        padding: 3px 6px;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { document, view } = this.store;
    if (!document) return nothing;
    const rows = rowsOf(document, view.filter, view.sorted);
    const columns = columnsOf(document);
    return html`
      <div class="tools">
        <proto-export-bar
          label=${t('Runs')}
          .host=${this.store.host}
          .chart=${{ name: 'runs', table: () => tableOf(rows, columns) }}
        ></proto-export-bar>
        <label>
          <span>${t('Filter')}</span>
          <input
            type="search"
            placeholder=${t('Words of name, text, model, recipe …')}
            .value=${view.filter}
            @input=${({ target }: Event) => this.store.look({ filter: (target as HTMLInputElement).value })}
          />
        </label>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label=${t('Table of runs')}>
        <table>
          <thead>
            <tr>
              <th scope="col"><span class="unseen">${t('Compare')}</span></th>
              ${columns.map(column => this.head(column))}
            </tr>
          </thead>
          <tbody>
            ${rows.map(run => this.row(run, columns))}
          </tbody>
        </table>
        ${rows.length ? nothing : html`<p class="muted none">${t('No run has all of these words.')}</p>`}
      </div>
      <div class="unseen" role="status">
        ${view.filter ? t('{0} of {1} shown', count(rows.length), counts.runs(document.runs.length)) : ''}
      </div>
    `;
  }

  private head({ name, label, term }: Column): TemplateResult {
    const { sorted } = this.store.view;
    const own = sorted.column === name;
    const order = own ? (sorted.descending ? 'descending' : 'ascending') : 'none';
    return html`<th scope="col" class=${numeric.has(name) ? 'number' : ''} aria-sort=${order}>
      <button
        @click=${() => this.store.look({ sorted: { column: name, descending: own ? !sorted.descending : false } })}
        >${label}<span aria-hidden="true">${own ? (sorted.descending ? ' ↓' : ' ↑') : ''}</span></button
      >
      ${term ? explanation(term) : nothing}
    </th>`;
  }

  private row(run: RunView, columns: readonly Column[]): TemplateResult {
    const { compared } = this.store;
    const place = compared.findIndex(one => one.run.id === run.id);
    const full = place < 0 && compared.length >= mostCompared;
    return html`<tr class=${place < 0 ? '' : 'chosen'} data-run=${run.id}>
      <td class="choice">
        <input
          type="checkbox"
          aria-label=${t('Compare {0}, seed {1}', run.name, run.choices.seed)}
          title=${full ? t('{0} are compared already; uncheck one of them first.', counts.runs(mostCompared)) : ''}
          ?disabled=${full}
          .checked=${place >= 0}
          @change=${() => this.store.toggle(run.id)}
        />
        ${place < 0 ? nothing : html`<span class="letter" data-place=${place}>${compared[place]?.letter}</span>`}
      </td>
      ${columns.map(column => (column.name === 'name' ? this.nameCell(run) : cell(run, column)))}
    </tr>`;
  }

  private nameCell(run: RunView): TemplateResult {
    const { standing } = run;
    const word = standingWord(standing);
    return html`<th scope="row" class="name">
      <span class="line">
        <vscode-icon class=${standing} name=${standingIcons[standing]} title=${run.problem ?? word} label=${word}></vscode-icon>
        <button title=${t('Show the panel of this run')} @click=${() => this.show(run)}>${run.name}</button>
      </span>
      <span class="muted from">${[run.from, ...(run.name === run.text ? [] : [run.text.slice(0, mostTextLetters)])].join(' · ')}</span>
    </th>`;
  }

  private show({ id }: RunView): void {
    void this.store.host.request('showRun', { id });
  }
}

const cell = (run: RunView, { name, show }: Column): TemplateResult =>
  html`<td class=${numeric.has(name) ? 'number' : name}>${show(run)}</td>`;

/** Everything as numbers, in the order that is shown. */
function tableOf(rows: readonly RunView[], columns: readonly Column[]): DataTable {
  return {
    columns: [...columns.map(({ name }) => name), 'state', 'from', 'text', 'budget', 'segment length', 'shared m'],
    rows: rows.map(run => [
      ...columns.map(({ name, of }) => (name === 'when' ? new Date(run.created).toISOString() : of(run))),
      run.standing,
      run.from,
      run.text,
      run.choices.budget ?? null,
      run.choices.segmentLength,
      String(run.choices.sharedM),
    ]),
  };
}

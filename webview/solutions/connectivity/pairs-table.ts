import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { DataTable } from '../../../src/report/csv.ts';
import type { Connection } from '../../../src/runtime/results/connectivity.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import { count, figure, percent } from '../../format.ts';
import { t } from '../../strings.ts';
import { shared, tables } from '../../styles.ts';
import { textTitle } from '../data/names.ts';
import { pairKey } from '../data/store.ts';
import type { Pair } from '../data/view-state.ts';

/** More rows would be a page of their own; an export has all. */
const mostRows = 300;

interface Column {
  readonly name: string;
  readonly of: (connection: Connection) => number;
  readonly show: (value: number) => string;
}

const columns = (): readonly Column[] => [
  { name: t('Lowest, line'), of: ({ straight }) => straight.lowestAccuracy, show: percent },
  { name: t('Lowest, curve'), of: ({ curve }) => curve.lowestAccuracy, show: percent },
  { name: t('Mean, line'), of: ({ straight }) => straight.meanAccuracy, show: percent },
  { name: t('Mean, curve'), of: ({ curve }) => curve.meanAccuracy, show: percent },
  { name: t('Length ratio'), of: ({ lengthRatio }) => lengthRatio, show: figure },
  { name: t('Evaluations'), of: ({ steps }) => steps, show: count },
];

/** The pairs in numbers, in any column's order; one of them may be chosen, by the event `choose`. */
@customElement('proto-pairs-table')
export class PairsTableElement extends LitElement {
  @property({ attribute: false }) accessor file!: SolutionsDocument;
  @property({ attribute: false }) accessor connections: readonly Connection[] = [];
  @property({ attribute: false }) accessor chosen: Pair | null = null;
  /** Rows say which text they belong to. */
  @property({ type: Boolean }) accessor named = false;
  @state() private accessor sorted: { readonly column: number; readonly descending: boolean } | null = null;

  static override styles = [
    shared,
    tables,
    css`
      .scroll {
        max-height: 340px;
        overflow: auto;
      }

      thead th {
        background: var(--vscode-editor-background);
        padding-inline-start: 4px;
        position: sticky;
        top: 0;
        vertical-align: bottom;
      }

      thead .number {
        overflow-wrap: normal;
        white-space: normal;
      }

      th button {
        background: none;
        border: 0;
        color: inherit;
        cursor: pointer;
        font: inherit;
        padding: 0;
        text-align: inherit;
      }

      tbody th button {
        color: var(--vscode-textLink-foreground, var(--vscode-foreground));
        text-decoration: underline;
        white-space: nowrap;
      }

      tr.chosen > * {
        background: color-mix(in srgb, var(--proto-right) 16%, transparent);
      }

      tr.chosen button {
        color: var(--vscode-foreground);
        font-weight: 600;
      }

      td {
        padding-inline-start: 4px;
      }
    `,
  ];

  override render(): TemplateResult {
    const shown = this.rows();
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('Pairs')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t('Pair')}</th>
            ${columns().map(({ name }, i) => this.head(name, i))}
          </tr>
        </thead>
        <tbody>
          ${shown.slice(0, mostRows).map(connection => this.row(connection))}
        </tbody>
      </table>
      ${shown.length > mostRows ? html`<p class="muted">${t('… and {0} more', count(shown.length - mostRows))}</p>` : ''}
    </div>`;
  }

  /** Everything as numbers, in the order that is shown. */
  table(): DataTable {
    return {
      columns: [
        'text',
        'first seed',
        'second seed',
        'lowest accuracy line',
        'lowest accuracy curve',
        'mean accuracy line',
        'mean accuracy curve',
        'length ratio',
        'steps',
      ],
      rows: this.rows().map(connection => {
        const [a, b] = this.ends(connection);
        return [
          textTitle(this.file, a?.text ?? 0),
          a?.seed ?? null,
          b?.seed ?? null,
          ...columns().map(({ of }) => of(connection)),
        ];
      }),
    };
  }

  private rows(): readonly Connection[] {
    const { sorted } = this;
    const column = sorted && columns()[sorted.column];
    if (!column) return this.connections;
    const sign = sorted.descending ? -1 : 1;
    return [...this.connections].sort((a, b) => sign * (column.of(a) - column.of(b)));
  }

  private head(name: string, column: number): TemplateResult {
    const own = this.sorted?.column === column ? this.sorted : null;
    const order = own ? (own.descending ? 'descending' : 'ascending') : 'none';
    return html`<th scope="col" class="number" aria-sort=${order}>
      <button
        @click=${() => {
          this.sorted = { column, descending: own ? !own.descending : false };
        }}
        >${name}${own ? (own.descending ? ' ↓' : ' ↑') : ''}</button
      >
    </th>`;
  }

  private row(connection: Connection): TemplateResult {
    const { first, second } = connection;
    const chosen = this.chosen !== null && pairKey(this.chosen) === pairKey([first, second]);
    const [a, b] = this.ends(connection);
    const seeds = t('seeds {0} and {1}', a?.seed ?? first, b?.seed ?? second);
    return html`<tr class=${chosen ? 'chosen' : ''}>
      <th scope="row">
        <button aria-pressed=${chosen ? 'true' : 'false'} @click=${() => this.choose(chosen ? null : [first, second])}>
          ${this.named ? `${textTitle(this.file, a?.text ?? 0)}, ${seeds}` : seeds}
        </button>
      </th>
      ${columns().map(({ of, show }) => html`<td class="number">${show(of(connection))}</td>`)}
    </tr>`;
  }

  private ends({ first, second }: Connection) {
    return [this.file.solutions[first], this.file.solutions[second]] as const;
  }

  private choose(pair: Pair | null): void {
    this.dispatchEvent(new CustomEvent<Pair | null>('choose', { detail: pair }));
  }
}

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { Connection } from '../../../src/runtime/results/connectivity.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import type { ChartElement } from '../../charts/chart-element.ts';
import '../../charts/chart-element.ts';
import '../../charts/export-bar.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { choice, controlStyles } from '../../controls.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { SolutionsElement } from '../data/element.ts';
import type { Pair } from '../data/view-state.ts';
import { comparable } from './bands.ts';
import './connect-bar.ts';
import './pairs-table.ts';
import type { PairsTableElement } from './pairs-table.ts';
import './path-tokens.ts';
import { type PathsPicture, pathsChart, pathsSummary, pathsTable } from './paths-chart.ts';
import './surface.ts';

/** Whether solutions of one text are connected by paths on which the text still comes out. */
@customElement('proto-connectivity')
export class ConnectivityElement extends SolutionsElement {
  protected override readonly follows = ['document', 'view', 'connections'] as const;
  @query('proto-chart') private accessor chart!: ChartElement;
  @query('proto-pairs-table') private accessor pairsTable!: PairsTableElement;
  private drawn: { key: readonly unknown[]; make: ChartElement['make'] } | null = null;

  static override styles = [
    shared,
    controlStyles,
    css`
      .both {
        display: grid;
        gap: 28px 36px;
        grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr));
      }

      .both > * {
        min-width: 0;
      }

      .below {
        margin-top: 28px;
      }

      .surface {
        max-width: 760px;
      }

      proto-chart {
        height: 300px;
      }

      proto-chart.along {
        cursor: col-resize;
        touch-action: pan-y;
      }

      .controls.small {
        margin-bottom: 8px;
      }

      .empty {
        max-width: 70ch;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { file, view } = this.store;
    if (!file) return nothing;
    return html`<proto-connect-bar .store=${this.store}></proto-connect-bar>${this.content(file, view.pair)}`;
  }

  private content(file: SolutionsDocument, pair: Pair | null): TemplateResult {
    const chosen = pair ? this.store.connection(pair) : undefined;
    const { text } = this.store.view;
    const ofText = this.store.connections.filter(({ first }) => text === null || file.solutions[first]?.text === text);
    if (!ofText.length) return this.empty(t('Nothing is connected yet.'));
    if (pair && !chosen) return this.empty(t('This pair is not connected yet.'));
    return html`
      <div class="both">
        <section class="paths">${this.paths(chosen ? [chosen] : comparable(ofText), chosen !== undefined)}</section>
        <section class="pairs">
          <proto-export-bar
            label=${t('Pairs')}
            term="Length ratio"
            .host=${this.store.host}
            .chart=${{ name: 'pairs', table: () => this.pairsTable.table() }}
          ></proto-export-bar>
          <proto-pairs-table
            .file=${file}
            .connections=${ofText}
            .chosen=${pair}
            ?named=${text === null}
            @choose=${(event: CustomEvent<Pair | null>) => this.store.look({ pair: event.detail })}
          ></proto-pairs-table>
        </section>
      </div>
      ${chosen && pair ? this.lookInto(chosen, pair) : nothing}
    `;
  }

  private empty(sentence: string): TemplateResult {
    return html`<p class="muted empty">
      ${sentence}
      ${t('Connect trains a Bézier curve between two solutions of one text and follows it and the straight line, to see whether the text still comes out on the way.')}
    </p>`;
  }

  private paths(connections: readonly Connection[], single: boolean): TemplateResult {
    const { quantity, t: place } = this.store.view;
    const picture: PathsPicture = { connections, quantity, t: single ? place : null };
    const key = [quantity, picture.t, ...connections];
    if (key.length !== this.drawn?.key.length || key.some((part, i) => part !== this.drawn?.key[i]))
      this.drawn = { key, make: (theme: ChartTheme) => pathsChart(picture, theme) };
    return html`
      <proto-export-bar
        label=${single ? t('Along the Paths of One Pair') : t('Along the Paths')}
        term="Curve"
        .host=${this.store.host}
        .chart=${{
          name: 'paths',
          table: () => pathsTable(picture),
          picture: () => this.chart.picture(),
          svg: () => this.chart.svg(),
        }}
      ></proto-export-bar>
      <div class="controls small">
        ${choice(
          t('Along t'),
          [
            ['accuracy', t('Accuracy')],
            ['nll', t('Loss')],
          ],
          quantity,
          value => this.store.look({ quantity: value }),
        )}
      </div>
      <proto-chart
        class=${single ? 'along' : ''}
        .make=${this.drawn.make}
        summary=${pathsSummary(picture)}
        @pointerdown=${single ? this.onPointer : nothing}
        @pointermove=${single ? this.onPointer : nothing}
      ></proto-chart>
      ${single ? nothing : html`<p class="muted">${t('Bold: the median over pairs. Bands: the middle half, and all of them.')}</p>`}
    `;
  }

  private lookInto(connection: Connection, pair: Pair): TemplateResult {
    return html`
      <section class="below">
        <h2>${t('Decoded Text along the Path')}</h2>
        <proto-path-tokens .store=${this.store} .connection=${connection}></proto-path-tokens>
      </section>
      <section class="below surface"><proto-surface .store=${this.store} .pair=${pair}></proto-surface></section>
    `;
  }

  private readonly onPointer = (event: PointerEvent): void => {
    if (!(event.buttons & 1)) return;
    if (event.type === 'pointerdown') this.chart.setPointerCapture(event.pointerId);
    const place = this.chart.valueAt(event.clientX);
    if (place !== undefined) this.store.look({ t: Math.max(0, Math.min(1, place)) });
  };
}

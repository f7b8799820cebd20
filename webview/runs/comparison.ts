import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { ChartElement } from '../charts/chart-element.ts';
import '../charts/chart-element.ts';
import '../charts/export-bar.ts';
import { accuracy, axisOf, loss, type Measure, type Series, seriesOf, seriesTable } from '../charts/series.ts';
import { explained } from '../glossary/explained.ts';
import { t } from '../strings.ts';
import { shared, tables } from '../styles.ts';
import { differingSettings, labelsOf } from './differences.ts';
import { letterStyles } from './letter-styles.ts';
import { overlayChart, overlaySummary } from './overlay-chart.ts';
import './run-tokens.ts';
import { type Compared, RunsElement, type RunsStore } from './store.ts';

/** Two to five runs beside each other: curves, tokens, and the settings in which they differ. */
@customElement('proto-comparison')
export class ComparisonElement extends RunsElement {
  protected override readonly follows = ['document', 'details', 'view'] as const;
  protected override readonly paced = ['moment'] as const;
  @query('.loss proto-chart') private accessor lossChart!: ChartElement;
  @query('.accuracy proto-chart') private accessor accuracyChart!: ChartElement;

  static override styles = [
    shared,
    tables,
    letterStyles,
    css`
      .hint {
        margin-top: 20px;
      }

      .pair {
        display: grid;
        gap: 24px 32px;
        grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr));
        margin-top: 28px;
      }

      section {
        margin-top: 28px;
        min-width: 0;
      }

      .pair > section {
        margin-top: 0;
      }

      proto-chart {
        height: 280px;
      }

      .settings {
        overflow-x: auto;
      }

      .settings table {
        width: auto;
      }

      .settings th,
      .settings td {
        max-width: 240px;
        overflow-wrap: normal;
        padding-inline-end: 24px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { compared } = this.store;
    if (compared.length < 2)
      return html`<p class="hint muted">
        ${t('Check two to five runs in the table to see their curves, their tokens and the settings in which they differ.')}
      </p>`;
    return html`
      ${compared.map(one => (one.problem === undefined ? nothing : problem(one)))}
      <div class="pair">
        ${this.lines('loss', t('Loss'), loss, () => this.lossChart)}
        ${this.lines('accuracy', t('Accuracy'), accuracy, () => this.accuracyChart)}
      </div>
      <section><proto-run-tokens .store=${this.store}></proto-run-tokens></section>
      <section class="settings" tabindex="0" role="region" aria-label=${t('Settings that Differ')}>
        <h2>${t('Settings that Differ')}</h2>
        ${settings(this.store, compared)}
      </section>
    `;
  }

  private lines(name: string, label: string, measure: Measure, chart: () => ChartElement): TemplateResult {
    const { compared, document } = this.store;
    const labels = document ? labelsOf(document, compared) : [];
    const series = compared.map(({ details }, i): Series => {
      const [whole] = seriesOf(details?.moments ?? [], measure);
      return { name: labels[i] ?? '', points: whole?.points ?? [] };
    });
    const axis = axisOf(measure, series);
    return html`<section class=${name}>
      <proto-export-bar
        label=${label}
        .host=${this.store.host}
        .chart=${{
          name: `runs-${name}`,
          table: () => seriesTable(series),
          picture: () => chart().picture(),
          svg: () => chart().svg(),
        }}
      ></proto-export-bar>
      <proto-chart .make=${overlayChart.bind(null, series, axis)} summary=${overlaySummary(label, series)}></proto-chart>
    </section>`;
  }
}

const problem = ({ letter, problem: sentence }: Compared): TemplateResult =>
  html`<p class="hint" role="alert"><vscode-icon name="error"></vscode-icon> ${letter}: ${sentence}</p>`;

function settings({ document }: RunsStore, compared: readonly Compared[]): TemplateResult {
  const rows = document ? differingSettings(document, compared) : [];
  if (!rows.length) return html`<p class="muted">${t('These runs have the same text and the same settings.')}</p>`;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${t('Setting')}</th>
        ${compared.map(
          ({ letter, run }, i) =>
            html`<th scope="col" title=${run.name}><span class="letter" data-place=${i}>${letter}</span></th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ label, term, values }) =>
          html`<tr>
            <th scope="row">${term ? explained(label, term) : label}</th>
            ${values.map(value => html`<td>${value}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { ChartElement } from '../charts/chart-element.ts';
import '../charts/chart-element.ts';
import '../charts/export-bar.ts';
import { accuracy, loss, type Measure, type Series, seriesOf, seriesTable } from '../charts/series.ts';
import { explained } from '../glossary/explained.ts';
import { t } from '../strings.ts';
import { shared, tables } from '../styles.ts';
import { differingSettings, labelsOf } from './differences.ts';
import { letterStyles } from './letter-styles.ts';
import { type OverlayOptions, overlayChart, overlaySummary } from './overlay-chart.ts';
import './run-tokens.ts';
import { type Compared, RunsElement, type RunsStore } from './store.ts';

/** Pictures follow a training at this pace. */
const restMilliseconds = 250;

/** Two to five runs beside each other: curves, tokens, and the settings in which they differ. */
@customElement('proto-comparison')
export class ComparisonElement extends RunsElement {
  protected override readonly follows = ['document', 'details', 'moment', 'view'] as const;
  @query('.loss proto-chart') private accessor lossChart!: ChartElement;
  @query('.accuracy proto-chart') private accessor accuracyChart!: ChartElement;
  private timer: number | undefined;

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

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
  }

  override render(): TemplateResult {
    const { compared } = this.store;
    if (compared.length < 2)
      return html`<p class="hint muted">
        ${t('Check two to five runs in the table to see their curves, their tokens and the settings in which they differ.')}
      </p>`;
    return html`
      ${compared.map(one => (one.problem === undefined ? nothing : problem(one)))}
      <div class="pair">
        ${this.lines('loss', t('Loss'), loss, t('nats per token'), () => this.lossChart)}
        ${this.lines('accuracy', t('Accuracy'), accuracy, '%', () => this.accuracyChart)}
      </div>
      <section><proto-run-tokens .store=${this.store}></proto-run-tokens></section>
      <section class="settings" tabindex="0" role="region" aria-label=${t('Settings that Differ')}>
        <h2>${t('Settings that Differ')}</h2>
        ${settings(this.store, compared)}
      </section>
    `;
  }

  protected override onChange(change: string): void {
    if (change !== 'moment') {
      this.requestUpdate();
      return;
    }
    this.timer ??= window.setTimeout(() => {
      this.timer = undefined;
      this.requestUpdate();
    }, restMilliseconds);
  }

  private lines(
    name: string,
    label: string,
    measure: Measure,
    unit: string,
    chart: () => ChartElement,
  ): TemplateResult {
    const { compared, document } = this.store;
    const labels = document ? labelsOf(document, compared) : [];
    const series = compared.map(({ details }, i): Series => {
      const [whole] = seriesOf(details?.moments ?? [], measure);
      return { name: labels[i] ?? '', points: whole?.points ?? [] };
    });
    const options = {
      unit,
      logarithmic: measure === loss && isPositive(series),
      ...(measure === accuracy ? { most: 100 } : {}),
    } satisfies OverlayOptions;
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
      <proto-chart .make=${overlayChart.bind(null, series, options)} summary=${overlaySummary(label, series)}></proto-chart>
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

/** A scale of logarithms has room for nothing else. */
const isPositive = (series: readonly Series[]): boolean => series.every(({ points }) => points.every(({ y }) => y > 0));

import { css, html, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { ProbeReport } from '../../../src/runtime/results/probe.ts';
import type { ChartElement } from '../../charts/chart-element.ts';
import '../../charts/chart-element.ts';
import '../../charts/export-bar.ts';
import type { Cell, HeatmapElement } from '../../charts/heatmap.ts';
import '../../charts/heatmap.ts';
import type { Heatmap } from '../../charts/heatmap-data.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import '../../file/nearest.ts';
import { controlStyles } from '../../controls.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { AskedElement } from '../data/asked-element.ts';
import { attentionMap, attentionSummary, attentionTable, describeAttention } from './attention-map.ts';
import { normsChart, normsSummary, normsTable } from './norms-chart.ts';

/** What the vectors of one solution hold; computed when it is asked for. */
@customElement('proto-probe')
export class ProbeElement extends AskedElement<ProbeReport> {
  protected override readonly follows = ['document', 'analysing'] as const;
  @property({ type: Number }) accessor solution = 0;
  @query('proto-chart') private accessor norms!: ChartElement;
  @query('proto-heatmap') private accessor heatmap!: HeatmapElement;
  private drawn: { of: ProbeReport; norms: ChartElement['make']; map: Heatmap } | null = null;

  static override styles = [
    shared,
    controlStyles,
    css`
      section {
        margin-top: 28px;
        max-width: 1000px;
      }

      proto-chart {
        height: 120px;
      }

      pre {
        background: var(--proto-raised);
        border: 1px solid var(--proto-line);
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: 12px;
        margin: 0 0 8px;
        overflow-wrap: anywhere;
        padding: 8px 10px;
        white-space: pre-wrap;
      }

      h3 {
        color: var(--proto-muted);
        font-size: 0.92em;
        font-weight: normal;
        margin: 12px 0 4px;
      }

      .status {
        margin-top: 16px;
      }
    `,
  ];

  protected override get subject(): string {
    return String(this.solution);
  }

  protected override isKnown(): boolean {
    return this.store.hasProbe(this.solution);
  }

  protected override compute(): Promise<ProbeReport> {
    return this.store.probe(this.solution);
  }

  protected override button(ask: () => void): TemplateResult {
    return html`<vscode-button icon="search" @click=${ask}>${t('Probe')}</vscode-button>`;
  }

  protected override waiting() {
    return { sentence: t('Looking into the vectors …'), secondsLeft: this.store.secondsLeftOf('probe') };
  }

  protected override found(probe: ProbeReport): TemplateResult {
    const { attention } = probe;
    if (this.drawn?.of !== probe)
      this.drawn = {
        of: probe,
        norms: (theme: ChartTheme) => normsChart(probe, theme),
        map: attentionMap(attention),
      };
    return html`
      <section class="norms">
        <proto-export-bar
          label=${t('Norms')}
          term="Norm"
          .host=${this.store.host}
          .chart=${{
            name: 'norms',
            table: () => normsTable(probe),
            picture: () => this.norms.picture(),
            svg: () => this.norms.svg(),
          }}
        ></proto-export-bar>
        <proto-chart .make=${this.drawn.norms} summary=${normsSummary(probe)}></proto-chart>
      </section>
      <section><proto-nearest .host=${this.store.host} .vectors=${probe.vectors.map(({ proto, ...rest }) => ({ ...rest, vector: proto }))}></proto-nearest></section>
      <section class="attention">
        <proto-export-bar
          label=${t('Attention to e')}
          term="Attention to e"
          .host=${this.store.host}
          .chart=${{
            name: 'attention-to-e',
            table: () => attentionTable(attention),
            picture: () => this.heatmap.picture(),
            svg: () => this.heatmap.svg(),
          }}
        ></proto-export-bar>
        <p>${attentionSummary(attention)}</p>
        <proto-heatmap
          .map=${this.drawn.map}
          .describe=${(cell: Cell) => describeAttention(attention, cell)}
          label=${t('Attention to e by layer, head and position; arrow keys move over it')}
          hint=${t('Each layer has a row for every head. Point at a place to see its share.')}
        ></proto-heatmap>
      </section>
      <section class="continuations">
        <proto-export-bar
          label=${t('What the Model Writes after (e, m)')}
          .host=${this.store.host}
          .chart=${{ name: 'continuations', table: () => continuationsTable(probe) }}
        ></proto-export-bar>
        <h3>${t('Greedy')}</h3>
        ${said(probe, 'greedy').map(text => html`<pre>${text}</pre>`)}
        <h3>${t('Sampled')}</h3>
        ${said(probe, 'sampled').map(text => html`<pre>${text}</pre>`)}
      </section>
    `;
  }
}

const said = ({ continuations }: ProbeReport, how: 'greedy' | 'sampled'): readonly string[] =>
  continuations.filter(({ choice }) => choice === how).map(({ text }) => text);

const continuationsTable = ({ continuations }: ProbeReport) => ({
  columns: ['how', 'text'],
  rows: continuations.map(({ choice, text }) => [choice, text]),
});

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DistanceReport } from '../../../src/runtime/results/distances.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import type { ChartElement } from '../../charts/chart-element.ts';
import '../../charts/chart-element.ts';
import '../../charts/export-bar.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { t } from '../../strings.ts';
import { shared } from '../../styles.ts';
import { textTitle } from '../data/names.ts';
import type { SolutionsStore } from '../data/store.ts';
import { distancesStyles } from './distances-styles.ts';
import { byMeaning, byTokens, scatterChart, scatterSummary, scatterTable, type TextScatter } from './scatter-chart.ts';

type Measured = 'tokens' | 'meaning';

/** Distances of texts against distances of their vectors: by the model's tokens, and by meaning where that is known. */
@customElement('proto-text-scatters')
export class TextScattersElement extends LitElement {
  @property({ attribute: false }) accessor store!: SolutionsStore;
  @property({ attribute: false }) accessor distances!: DistanceReport;
  @property({ attribute: false }) accessor file!: SolutionsDocument;
  /** Of one answer: charts are drawn anew only where there is a new one. */
  private makers!: Readonly<Record<Measured, ChartElement['make']>>;

  static override styles = [shared, distancesStyles];

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('distances')) return;
    const { distances } = this;
    this.makers = {
      tokens: (theme: ChartTheme) => scatterChart(byTokens(distances), this.nameOf, theme),
      meaning: (theme: ChartTheme) => scatterChart(byMeaning(distances), this.nameOf, theme),
    };
  }

  override render(): TemplateResult {
    const { distances } = this;
    return html`
      ${this.picture('tokens', t('Texts against Vectors'), byTokens(distances))}
      <p class="note muted">
        ${t('A point is a pair of texts: the cosine distance of their TF-IDF over the model’s tokens, and the mean distance of their solutions. The lines are means over bins.')}
      </p>
      ${
        distances.semanticPairs.length
          ? this.picture('meaning', t('Meaning against Vectors'), byMeaning(distances))
          : this.missing(distances)
      }
    `;
  }

  private picture(measured: Measured, label: string, scatter: TextScatter): TemplateResult {
    const chart = (): ChartElement => {
      const found = this.renderRoot.querySelector<ChartElement>(`.${measured} proto-chart`);
      if (!found) throw new Error(`the scatter of ${measured} is not drawn`);
      return found;
    };
    const exported = {
      name: `texts-against-vectors-by-${measured}`,
      table: () => scatterTable(scatter, this.nameOf),
      picture: () => chart().picture(),
      svg: () => chart().svg(),
    };
    return html`<section class="wide scatter ${measured}">
      <proto-export-bar label=${label} term=${measured === 'tokens' ? 'Token-level distance' : 'Semantic distance'} .host=${this.store.host} .chart=${exported}></proto-export-bar>
      <proto-chart .make=${this.makers[measured]} summary=${scatterSummary(scatter)}></proto-chart>
    </section>`;
  }

  /** What is missing, and how to get it: nothing is fetched before a person says so. */
  private missing({ semanticMissing }: DistanceReport): TemplateResult | typeof nothing {
    if (semanticMissing === null) return nothing;
    return html`<section class="meaning">
      <p class="note">${semanticMissing}</p>
      <vscode-button secondary icon="cloud-download" @click=${() => this.store.fetchMeaning()}>
        ${t('Fetch the Sentence Model')}
      </vscode-button>
    </section>`;
  }

  private readonly nameOf = (text: number): string => textTitle(this.file, text);
}

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type DataTable, toCsv } from '../../src/report/csv.ts';
import { explanation } from '../glossary/explained.ts';
import type { Term } from '../glossary/used-terms.ts';
import type { Exporter } from '../host.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { toJson, toPng } from './export.ts';

/** Picture and numbers of a chart, for the buttons that export them. */
export interface Exportable {
  /** Of the file, without extension. */
  readonly name: string;
  readonly table: () => DataTable;
  /** At twice the size on the screen, on the theme's background; left out where there is no picture. */
  readonly picture?: () => HTMLCanvasElement | Promise<HTMLCanvasElement>;
  readonly svg?: () => string;
}

/** Title of a chart, and buttons to take it along. */
@customElement('proto-export-bar')
export class ExportBarElement extends LitElement {
  @property({ attribute: false }) accessor host!: Exporter;
  @property({ attribute: false }) accessor chart!: Exportable;
  @property() accessor label = '';
  /** What the glossary says about the chart's subject. */
  @property() accessor term: Term | null = null;

  static override styles = [
    shared,
    css`
      :host {
        align-items: center;
        display: flex;
        gap: 8px;
        justify-content: space-between;
        margin-bottom: 8px;
      }

      .title {
        align-items: center;
        display: flex;
        gap: 6px;
      }

      h2 {
        margin: 0;
      }

      .buttons {
        display: flex;
        gap: 2px;
      }

      vscode-toolbar-button {
        color: var(--proto-muted);
        font-size: 11px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { label } = this;
    return html`
      <div class="title"><h2>${label}</h2>${this.term ? explanation(this.term) : nothing}</div>
      <div class="buttons" role="group" aria-label=${t('Export {0}', label)}>
        ${this.chart.picture ? this.button('PNG', () => void this.exportPicture()) : nothing}
        ${this.chart.svg ? this.button('SVG', () => this.save('svg', this.chart.svg?.() ?? '')) : nothing}
        ${this.button('CSV', () => this.save('csv', toCsv(this.chart.table())))}
        ${this.button('JSON', () => this.save('json', toJson(this.chart.table())))}
      </div>
    `;
  }

  private button(format: string, onClick: () => void): TemplateResult {
    return html`<vscode-toolbar-button
      title=${t('Export {0} as {1}', this.label, format)}
      data-format=${format.toLowerCase()}
      @click=${onClick}
      >${format}</vscode-toolbar-button
    >`;
  }

  private async exportPicture(): Promise<void> {
    const canvas = await this.chart.picture?.();
    if (canvas) this.save('png', await toPng(canvas));
  }

  private save(extension: string, content: string | Uint8Array): void {
    void this.host.request('exportFile', { name: `${this.chart.name}.${extension}`, content });
  }
}

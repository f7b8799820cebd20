import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ScoredToken } from '../../src/views/protocol.ts';
import { percent, visible } from '../format.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';

/** A token with its probability as a bar, of which the whole width is 100 %; the target carries a mark. */
@customElement('proto-probability-bar')
export class ProbabilityBarElement extends LitElement {
  @property({ attribute: false }) accessor token: ScoredToken | null = null;
  @property({ type: Boolean, reflect: true }) accessor target = false;

  static override styles = [
    shared,
    css`
      :host {
        align-items: center;
        display: grid;
        font-variant-numeric: tabular-nums;
        gap: 8px;
        grid-template-columns: 92px minmax(0, 1fr) 52px;
        line-height: 18px;
      }

      .text {
        font-family: var(--vscode-editor-font-family, monospace);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: pre;
      }

      .track {
        background: color-mix(in srgb, var(--vscode-foreground) 12%, transparent);
        height: 8px;
      }

      .bar {
        background: var(--proto-wrong);
        height: 8px;
        width: var(--share, 0%);
      }

      :host([target]) .bar {
        background: var(--proto-right);
      }

      :host([target]) .text {
        font-weight: bold;
      }

      .number {
        text-align: end;
      }

      @media (forced-colors: active) {
        .bar {
          background: CanvasText;
          forced-color-adjust: none;
        }
      }
    `,
  ];

  protected override updated(): void {
    this.style.setProperty('--share', `${(this.token?.probability ?? 0) * 100}%`);
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.token) return nothing;
    return html`<span class="text"
        >${visible(this.token.text)}${this.target ? html`<span aria-label=${t('target')} role="img"> ✓</span>` : nothing}</span
      >
      <span class="track"><div class="bar"></div></span>
      <span class="number">${percent(this.token.probability)}</span>`;
  }
}

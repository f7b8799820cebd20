import { css, html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { NearestView } from '../../src/views/protocol.ts';
import { StoreElement } from '../data/store-element.ts';
import { offerButtons } from '../offers.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import './nearest.ts';

/** Which tokens of the vocabulary the learned vectors are near to; asked for when it is first looked at. */
@customElement('proto-vectors')
export class VectorsElement extends StoreElement {
  protected override readonly follows = [] as const;
  @state() private accessor vectors: readonly NearestView[] | null = null;
  @state() private accessor problem: string | null = null;

  static override styles = [
    shared,
    css`
      .problem {
        margin-bottom: 16px;
        max-width: 72ch;
      }

      .waiting {
        align-items: center;
        display: flex;
        gap: 12px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
  }

  override render(): TemplateResult {
    if (this.problem !== null)
      return html`<p class="problem" role="alert">${this.problem}</p>
        <div class="row">
          ${offerButtons(['selectModel'])}
          <vscode-button icon="refresh" secondary @click=${() => void this.ask()}>${t('Retry')}</vscode-button>
        </div>`;
    if (!this.vectors)
      return html`<div class="waiting">
        <vscode-progress-ring aria-label=${t('Comparing')}></vscode-progress-ring>
        <span>${t('Comparing the vectors with the vocabulary …')}</span>
      </div>`;
    return html`<proto-nearest .host=${this.store.host} .vectors=${this.vectors}></proto-nearest>`;
  }

  private async ask(): Promise<void> {
    this.problem = null;
    try {
      this.vectors = await this.store.host.request('nearest', null);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ForeignDocument } from '../../src/views/protocol.ts';
import { offerButtons } from '../offers.ts';
import { shared } from '../styles.ts';

/** Something that cannot be shown: what it is, and what can be done about it. */
@customElement('proto-foreign')
export class ForeignElement extends LitElement {
  @property({ attribute: false }) accessor file!: Pick<ForeignDocument, 'name' | 'problem' | 'offers'>;

  static override styles = [
    shared,
    css`
      :host {
        margin: 15vh auto 0;
        max-width: 480px;
        padding: 0 20px;
        text-align: center;
        text-wrap: balance;
      }

      vscode-icon {
        color: var(--proto-muted);
      }

      h1 {
        font-size: 1.25em;
        font-weight: 600;
        margin: 8px 0;
        overflow-wrap: anywhere;
      }

      .row {
        justify-content: center;
        margin-top: 20px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { file } = this;
    return html`
      <vscode-icon name="file-binary" size="40"></vscode-icon>
      <h1>${file.name}</h1>
      <p>${file.problem}</p>
      <div class="row">${offerButtons(file.offers)}</div>
    `;
  }
}

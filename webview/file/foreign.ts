import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';

/** A file that is not ours: what it is, and the way to the text editor. */
@customElement('proto-foreign')
export class ForeignElement extends LitElement {
  @property({ attribute: false }) accessor file!: { readonly name: string; readonly problem: string };
  @property({ attribute: false }) accessor onOpen!: () => void;

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

      vscode-button {
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
      <vscode-button icon="go-to-file" @click=${this.onOpen}
        >${t('Open with Text Editor')}</vscode-button
      >
    `;
  }
}

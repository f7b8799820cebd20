import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { StoreElement } from '../data/store-element.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';

/** A file that is not ours: what it is, and the way to the text editor. */
@customElement('proto-foreign')
export class ForeignElement extends StoreElement {
  protected override readonly follows = [] as const;

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

  override render(): TemplateResult | typeof nothing {
    const { document: file } = this.store;
    if (file?.kind !== 'foreign') return nothing;
    return html`
      <vscode-icon name="file-binary" size="40"></vscode-icon>
      <h1>${file.name}</h1>
      <p>${file.problem}</p>
      <vscode-button icon="go-to-file" @click=${() => this.store.act('openAsText')}
        >${t('Open with Text Editor')}</vscode-button
      >
    `;
  }
}

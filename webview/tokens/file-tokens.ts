import { css, html, type nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { StoreElement } from '../data/store-element.ts';
import { actionRow } from '../job/actions.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import './token-view.ts';

/** The tokens of a file, once its model has decoded them; until then why not. */
@customElement('proto-file-tokens')
export class FileTokensElement extends StoreElement {
  protected override readonly follows = ['document'] as const;

  static override styles = [
    shared,
    css`
      .waiting {
        align-items: center;
        display: flex;
        gap: 12px;
        margin-bottom: 16px;
      }

      .problem {
        margin-bottom: 16px;
        max-width: 72ch;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { contents, contentsProblem, canFetchModel, undecoded } = this.store;
    if (contents) return html`<proto-tokens .store=${this.store}></proto-tokens>`;
    if (contentsProblem !== null)
      return html`<p class="problem" role="alert">${contentsProblem}</p>
        ${actionRow(this.store, [
          canFetchModel
            ? { action: 'fetchModel', label: t('Fetch Model'), icon: 'cloud-download', primary: true }
            : { action: 'selectModel', label: t('Select Model …'), icon: 'symbol-misc', primary: true },
          { action: 'retry', label: t('Retry'), icon: 'refresh' },
        ])}`;
    if (undecoded !== null)
      return html`<p class="problem">${undecoded}</p>
        ${actionRow(this.store, [{ action: 'decodeHere', label: t('Decode'), icon: 'play', primary: true }])}`;
    return html`<div class="waiting">
        <vscode-progress-ring aria-label=${t('Decoding')}></vscode-progress-ring>
        <span>${t('Decoding the file with its model …')}</span>
      </div>
      ${actionRow(this.store, [{ action: 'cancel', label: t('Cancel'), icon: 'debug-stop' }])}`;
  }
}

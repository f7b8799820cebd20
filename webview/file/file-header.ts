import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { StoreElement } from '../data/store-element.ts';
import { bytes, counts, percent } from '../format.ts';
import { explained } from '../glossary/explained.ts';
import { headerStyles } from '../job/header-styles.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';

/** What the file is, in a line. */
@customElement('proto-file-header')
export class FileHeaderElement extends StoreElement {
  protected override readonly follows = ['document'] as const;

  static override styles = [shared, headerStyles];

  override render(): TemplateResult | typeof nothing {
    const { document: file } = this.store;
    if (file?.kind !== 'file') return nothing;
    const facts = [
      file.model.id,
      explained(counts.tokens(file.tokens), 'Token'),
      explained(t('{0} right in one forward pass', percent(file.accuracy)), 'Accuracy'),
      bytes(file.sizes.file),
    ];
    return html`<header>
      <div class="lines">
        <div class="title"><h1 title=${file.name}>${file.name}</h1></div>
        <p class="facts figures">${facts.map(fact => html`<span>${fact}</span>`)}</p>
      </div>
    </header>`;
  }
}

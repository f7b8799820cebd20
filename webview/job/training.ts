import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { StoreElement } from '../data/store-element.ts';

/** How the text was learned. */
@customElement('proto-training')
export class TrainingElement extends StoreElement {
  protected override readonly follows = [] as const;

  override render(): TemplateResult {
    return html``;
  }
}

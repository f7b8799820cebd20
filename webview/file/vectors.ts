import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { StoreElement } from '../data/store-element.ts';

/** Which tokens of the vocabulary the learned vectors are near to. */
@customElement('proto-vectors')
export class VectorsElement extends StoreElement {
  protected override readonly follows = [] as const;

  override render(): TemplateResult {
    return html``;
  }
}

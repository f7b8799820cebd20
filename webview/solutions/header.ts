import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { count, counts, percent } from '../format.ts';
import { explained } from '../glossary/explained.ts';
import { headerStyles } from '../job/header-styles.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { SolutionsElement } from './data/element.ts';

/** What the file is, in a line. */
@customElement('proto-solutions-header')
export class SolutionsHeaderElement extends SolutionsElement {
  protected override readonly follows = ['document'] as const;

  static override styles = [shared, headerStyles];

  override render(): TemplateResult | typeof nothing {
    const { file } = this.store;
    if (!file) return nothing;
    const perfect = file.solutions.filter(({ correct, tokens }) => correct === tokens).length;
    const facts = [
      explained(counts.solutions(file.solutions.length), 'Solution'),
      counts.texts(file.texts.length),
      explained(t('{0} perfect', percent(perfect / Math.max(1, file.solutions.length))), 'Perfect'),
      file.model.id,
      explained(t('vectors of {0} numbers', count(file.hiddenSize)), 'Proto-token'),
      explained(file.arrangementLabel, 'Arrangement'),
      explained(file.recipe, 'Recipe'),
    ];
    return html`<header>
      <div class="lines">
        <div class="title"><h1 title=${file.name}>${file.name}</h1></div>
        <p class="facts figures">${facts.map(fact => html`<span>${fact}</span>`)}</p>
      </div>
    </header>`;
  }
}

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { achievement, vectorsIn } from '../../src/views/achievement.ts';
import { StoreElement } from '../data/store-element.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { type ActionButton, actionRow } from './actions.ts';

/** What a person has made when a compression has ended, in numbers, and what can be done with it. */
@customElement('proto-achievement')
export class AchievementElement extends StoreElement {
  protected override readonly follows = ['document', 'status'] as const;

  static override styles = [
    shared,
    css`
      section {
        align-items: center;
        border-bottom: 1px solid var(--proto-line);
        display: flex;
        flex-wrap: wrap;
        gap: 8px 24px;
        justify-content: space-between;
        padding: 10px 20px;
      }

      vscode-button {
        max-width: 100%;
      }

      vscode-button::part(base) {
        padding: 1px 8px;
        white-space: normal;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { job } = this.store;
    const { result, model } = job ?? {};
    if (job?.status !== 'finished' || !result || !model) return nothing;
    const { decodedTokens: tokens, accuracy, segments } = result;
    const achieved = {
      tokens,
      correct: Math.round(accuracy * tokens),
      vectors: vectorsIn(segments, job.choices.sharedM),
      numbers: model.hiddenSize,
    };
    const actions: readonly ActionButton[] = [
      { action: 'decode', label: tokens === 1 ? t('Decode It') : t('Decode Them'), icon: 'go-to-file' },
      ...(result.savedAs ? [] : [{ action: 'save', label: t('Save'), icon: 'save' } as const]),
      { action: 'breakIt', label: t('Break It: Change One Word'), icon: 'edit' },
      { action: 'lookInside', label: t('Look Inside'), icon: 'search' },
    ];
    return html`<section aria-label=${t('What can be done with the result')}>
      <p class="figures">${achievement(achieved, t)}</p>
      ${actionRow(this.store, actions)}
    </section>`;
  }
}

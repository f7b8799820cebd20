import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { StoreElement } from './data/store-element.ts';
import { count, counts } from './format.ts';
import { t } from './strings.ts';
import { shared } from './styles.ts';

/** Says that an earlier moment is looked at, and leads back. */
@customElement('proto-live-banner')
export class LiveBannerElement extends StoreElement {
  protected override readonly follows = ['document', 'moment', 'status', 'view'] as const;

  static override styles = [
    shared,
    css`
      .banner {
        align-items: center;
        background: color-mix(in srgb, var(--proto-right) 12%, transparent);
        border-inline-start: 3px solid var(--proto-right);
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        justify-content: space-between;
        margin-bottom: 16px;
        padding: 6px 12px;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { live, shown, latest, running, tokens } = this.store;
    if (live || !shown || !latest) return nothing;
    return html`<div class="banner">
      <span class="figures"
        >${t(
          'At evaluation {0} of {1}: {2} of {3}',
          count(shown.evaluations),
          count(latest.evaluations),
          count(shown.correct),
          counts.tokens(tokens.length),
        )}</span
      >
      <vscode-button secondary icon="debug-step-over" @click=${() => this.store.look({ scrubbed: null })}
        >${running ? t('Back to Live') : t('Back to the Latest')}</vscode-button
      >
    </div>`;
  }
}

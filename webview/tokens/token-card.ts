import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { TokenDetail } from '../../src/views/protocol.ts';
import { count, percent, quoted } from '../format.ts';
import { explainedAside } from '../glossary/explained.ts';
import type { Term } from '../glossary/used-terms.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import './probability-bar.ts';

/** What a card tells of a token before, or without, the model's detail. */
export interface CardSubject {
  readonly index: number;
  readonly total: number;
  readonly target: string;
  /** The character that the token holds a part of: the first, second ... of its parts. */
  readonly character: { readonly text: string; readonly part: number; readonly parts: number } | null;
  /** Null where nothing is predicted yet; undefined while its text is on its way. */
  readonly predicted: string | null | undefined;
  readonly right: boolean;
  readonly probability: number;
  /** What else is known, ready to be read. */
  readonly measured: readonly { readonly label: string; readonly term: Term; readonly value: string }[];
  /** Why there is no more than this. */
  readonly note: string | null;
}

/** Whether an answer of the model is of the state that the chip shows: training may have gone on in between. */
function agrees({ right, predicted }: CardSubject, detail: TokenDetail | null): boolean {
  return detail !== null && (predicted === null || (detail.target.id === detail.predicted.id) === right);
}

/** How a token stands: target, prediction, rank and the likeliest five. */
@customElement('proto-token-card')
export class TokenCardElement extends LitElement {
  @property({ attribute: false }) accessor subject: CardSubject | null = null;
  @property({ attribute: false }) accessor detail: TokenDetail | null = null;

  static override styles = [
    shared,
    css`
      :host {
        background: var(--vscode-editorHoverWidget-background, var(--proto-raised));
        border: 1px solid var(--vscode-editorHoverWidget-border, var(--proto-line));
        border-radius: 4px;
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, rgb(0 0 0 / 25%));
        color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
        margin: 0;
        max-width: calc(100vw - 16px);
        padding: 10px 12px;
        width: 300px;
      }

      :host(:popover-open) {
        inset: auto;
        position: fixed;
      }

      :host(:not(:popover-open)) {
        display: none;
      }

      .head {
        display: flex;
        gap: 8px;
        justify-content: space-between;
        margin-bottom: 8px;
      }

      dl {
        display: grid;
        gap: 3px 12px;
        grid-template-columns: auto minmax(0, 1fr);
        margin: 0;
      }

      dt {
        color: var(--proto-muted);
      }

      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }

      .token {
        font-family: var(--vscode-editor-font-family, monospace);
      }

      .top {
        border-top: 1px solid var(--proto-line);
        display: grid;
        gap: 4px;
        margin-top: 8px;
        min-height: 118px;
        padding-top: 8px;
      }

      .stale {
        opacity: 0.5;
      }

      .note {
        margin-top: 8px;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { subject } = this;
    if (!subject) return nothing;
    const answered = this.detail?.index === subject.index ? this.detail : null;
    const detail = agrees(subject, answered) ? answered : null;
    return html`
      <div class="head">
        <strong>${this.verdict(subject)}</strong>
        <span class="muted figures">${t('Token {0} of {1}', count(subject.index + 1), count(subject.total))}</span>
      </div>
      <dl class="figures">
        <dt>${explainedAside(t('Target'), 'Probability')}</dt>
        <dd>
          <span class="token">${quoted(subject.target)}</span>
          ${percent(detail?.target.probability ?? subject.probability)}
        </dd>
        ${this.character(subject)} ${this.prediction(subject, detail)}
        ${detail ? html`<dt>${explainedAside(t('Rank of target'), 'Rank')}</dt><dd>${count(detail.rank)}</dd>` : nothing}
        ${subject.measured.map(({ label, term, value }) => html`<dt>${explainedAside(label, term)}</dt><dd>${value}</dd>`)}
      </dl>
      ${subject.note === null ? this.top(answered, detail !== null) : nothing}
      ${subject.note ? html`<p class="note muted">${subject.note}</p>` : nothing}
    `;
  }

  private verdict({ right, predicted }: CardSubject): string {
    if (predicted === null) return t('Not known yet');
    return right ? t('Right') : t('Wrong');
  }

  /** The character that the token is a part of, and all its bytes. */
  private character({ character }: CardSubject): TemplateResult | typeof nothing {
    if (!character) return nothing;
    const bytes = [...new TextEncoder().encode(character.text)]
      .map(byte => byte.toString(16).toUpperCase().padStart(2, '0'))
      .join(' ');
    return html`<dt>${t('Character')}</dt>
      <dd>
        <span class="token">${quoted(character.text)}</span> ${bytes}
        (${t('token {0} of {1}', character.part, character.parts)})
      </dd>`;
  }

  private prediction(subject: CardSubject, detail: TokenDetail | null): TemplateResult | typeof nothing {
    if (subject.predicted === null) return nothing;
    const text = detail?.predicted.text ?? subject.predicted;
    return html`<dt>${t('Predicted')}</dt>
      <dd>
        <span class="token">${text === undefined ? '…' : quoted(text)}</span>
        ${detail ? percent(detail.predicted.probability) : nothing}
      </dd>`;
  }

  /** What was likeliest when the model was last asked; faint while that is no longer so. */
  private top(detail: TokenDetail | null, current: boolean): TemplateResult {
    return html`<div class=${detail && !current ? 'top stale' : 'top'} aria-label=${t('The five likeliest')} role="group">
      ${
        detail?.top.map(
          token => html`<proto-probability-bar
            .token=${token}
            ?target=${token.id === detail.target.id}
          ></proto-probability-bar>`,
        ) ?? html`<span class="muted">${t('Asking the model …')}</span>`
      }
    </div>`;
  }
}

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { shownRun } from './runs.ts';
import { entryOf } from './terms.ts';
import type { Term } from './used-terms.ts';

/** Time to rest on a word before it is explained, and to get from it to its explanation before that goes. */
const openMilliseconds = 250;
const closeMilliseconds = 300;
const gap = 4;
const edge = 8;

/** Asks the page to open the glossary at a term. */
export class GlossaryRequest extends Event {
  static readonly kind = 'glossary';

  constructor(readonly term: Term) {
    super(GlossaryRequest.kind, { bubbles: true, composed: true });
  }
}

/**
 * A word with what it means: shown while it is pointed at or has the focus, until Escape (WCAG 1.4.13). A word that comes to
 * be under a pointer that rests is not pointed at: what it means would cover what the person goes on to.
 */
@customElement('proto-explained')
export class ExplainedElement extends LitElement {
  @property() accessor term: Term = 'Token';
  /** An (i) beside the words in place of a line below them: where the words are a control of their own. */
  @property({ type: Boolean, reflect: true }) accessor icon = false;
  /** Out of reach of the Tab key: in what goes when the focus leaves the thing that it stands beside. */
  @property({ type: Boolean }) accessor aside = false;
  @state() private accessor open = false;
  @query('button') private accessor word!: HTMLButtonElement;
  @query('.explanation') private accessor popup!: HTMLElement;
  private timer: number | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: inline;
      }

      button {
        background: none;
        border: 0;
        color: inherit;
        cursor: help;
        font: inherit;
        letter-spacing: inherit;
        padding: 0;
        text-align: inherit;
        text-decoration: underline dotted 1px;
        text-decoration-color: color-mix(in srgb, currentColor 65%, transparent);
        text-underline-offset: 3px;
        white-space: inherit;
      }

      :host([icon]) {
        display: inline-flex;
        vertical-align: -2px;
      }

      :host([icon]) button {
        line-height: 0;
        text-decoration: none;
      }

      .explanation {
        background: var(--vscode-editorHoverWidget-background, var(--proto-raised));
        border: 1px solid var(--vscode-editorHoverWidget-border, var(--proto-line));
        border-radius: 4px;
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, rgb(0 0 0 / 25%));
        color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
        cursor: auto;
        font-size: var(--vscode-font-size, 13px);
        font-weight: normal;
        inset: auto;
        line-height: 1.45;
        margin: 0;
        max-width: min(340px, calc(100vw - 16px));
        padding: 10px 12px;
        position: fixed;
        text-align: start;
        white-space: normal;
        width: max-content;
      }

      strong {
        display: block;
        margin-bottom: 2px;
      }

      code {
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: 0.95em;
      }

      a {
        color: var(--vscode-textLink-foreground, var(--vscode-foreground));
      }

      .more {
        margin-top: 6px;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.hide();
  }

  override render(): TemplateResult {
    return html`<button
        type="button"
        tabindex=${this.aside ? -1 : 0}
        aria-describedby=${this.open ? 'explanation' : nothing}
        aria-label=${this.icon ? t('What is {0}?', this.term) : nothing}
        @pointermove=${() => this.later(true, openMilliseconds)}
        @pointerleave=${() => this.later(false, closeMilliseconds)}
        @focus=${() => this.show()}
        @blur=${this.onBlur}
        @click=${() => this.show()}
        >${this.icon ? html`<vscode-icon name="info" size="14"></vscode-icon>` : html`<slot></slot>`}</button
      ><div
        class="explanation"
        popover="manual"
        @pointerenter=${() => this.later(true, 0)}
        @pointerleave=${() => this.later(false, closeMilliseconds)}
        @focusout=${this.onBlur}
      >
        ${this.open ? this.explanation() : nothing}
      </div>`;
  }

  /** Only while it is shown: a page has dozens of explained words. */
  private explanation(): TemplateResult {
    const { term, summary } = entryOf(this.term);
    return html`<strong>${term}</strong>
      <span id="explanation">${shownRun(summary)}</span>
      <div class="more"><a href="#glossary" @click=${this.toGlossary}>${t('Glossary')}</a></div>`;
  }

  private later(open: boolean, milliseconds: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      // What has the keyboard's focus stays open.
      if (open) this.show();
      else if (!this.matches(':focus-within')) this.hide();
    }, milliseconds);
  }

  private show(): void {
    window.clearTimeout(this.timer);
    if (this.open) return;
    this.open = true;
    document.addEventListener('keydown', this.onKey, { capture: true });
    document.addEventListener('scroll', this.place, { capture: true, passive: true });
    this.popup.showPopover();
    void this.updateComplete.then(this.place);
  }

  private hide(): void {
    window.clearTimeout(this.timer);
    if (!this.open) return;
    this.open = false;
    document.removeEventListener('keydown', this.onKey, { capture: true });
    document.removeEventListener('scroll', this.place, { capture: true });
    if (this.popup.matches(':popover-open')) this.popup.hidePopover();
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    // It closes this and nothing else.
    event.stopPropagation();
    if (this.renderRoot.querySelector('a:focus')) this.word.focus();
    this.hide();
  };

  private onBlur({ relatedTarget }: FocusEvent): void {
    if (!(relatedTarget instanceof Node) || !this.renderRoot.contains(relatedTarget)) this.hide();
  }

  private toGlossary(event: Event): void {
    event.preventDefault();
    this.hide();
    this.dispatchEvent(new GlossaryRequest(this.term));
  }

  /** Below the word, or above it where there is no room; within the view at both sides. */
  private readonly place = (): void => {
    const anchor = this.word.getClientRects()[0];
    if (!anchor) return;
    const { width, height } = this.popup.getBoundingClientRect();
    const below = anchor.bottom + gap;
    const top = below + height <= window.innerHeight ? below : Math.max(gap, anchor.top - gap - height);
    const left = Math.max(edge, Math.min(anchor.left, window.innerWidth - width - edge));
    this.popup.style.setProperty('left', `${left}px`);
    this.popup.style.setProperty('top', `${top}px`);
  };
}

/** A word, with what the glossary says about a term where it is pointed at. */
export const explained = (label: string, term: Term): TemplateResult =>
  html`<proto-explained term=${term}>${label}</proto-explained>`;

/** The same in a card that follows the pointer, for the pointer only: the legend of a measure has them for the keyboard. */
export const explainedAside = (label: string, term: Term): TemplateResult =>
  html`<proto-explained aside term=${term}>${label}</proto-explained>`;

/** An (i) beside words that are a control of their own. */
export const explanation = (term: Term): TemplateResult => html`<proto-explained icon term=${term}></proto-explained>`;

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { anchorOf, type Entry } from '../../src/glossary/glossary.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { shownRun } from './runs.ts';
import { entries } from './terms.ts';

/** All terms and what they mean; those that hold what is searched for; one of them may be asked about. */
@customElement('proto-glossary')
export class GlossaryElement extends LitElement {
  /** The term that is asked about. */
  @property({ attribute: false }) accessor asked: string | null = null;
  @state() private accessor search = '';

  static override styles = [
    shared,
    css`
      :host {
        margin: 0 auto;
        max-width: 76ch;
        padding: 0 20px 60vh;
      }

      header {
        align-items: center;
        background: var(--vscode-editor-background);
        display: flex;
        flex-wrap: wrap;
        gap: 8px 16px;
        justify-content: space-between;
        padding: 14px 0 10px;
        position: sticky;
        top: 0;
      }

      h1 {
        font-size: 1.25em;
        font-weight: 600;
      }

      input {
        background: var(--vscode-input-background, transparent);
        border: 1px solid var(--vscode-input-border, var(--proto-line));
        border-radius: 4px;
        color: var(--vscode-input-foreground, var(--vscode-foreground));
        font: inherit;
        height: 26px;
        max-width: 100%;
        padding: 0 8px;
        width: 220px;
      }

      section {
        border-inline-start: 3px solid transparent;
        padding: 8px 0 8px 12px;
        /* The header stays above. */
        scroll-margin-top: 64px;
      }

      section.asked {
        background: color-mix(in srgb, var(--proto-right) 10%, transparent);
        border-color: var(--proto-right);
      }

      h2 {
        font-size: 1.08em;
        margin-bottom: 4px;
      }

      p {
        line-height: 1.5;
        margin-bottom: 6px;
        overflow-wrap: anywhere;
      }

      code {
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: 0.95em;
      }

      a {
        color: var(--vscode-textLink-foreground, var(--vscode-foreground));
      }
    `,
  ];

  override render(): TemplateResult {
    const found = entries.filter(entry => holds(entry, this.search.trim().toLowerCase()));
    return html`
      <header>
        <h1>${t('Glossary')}</h1>
        <input
          type="search"
          aria-label=${t('Search the glossary')}
          placeholder=${t('Search')}
          .value=${this.search}
          @input=${(event: InputEvent) => {
            if (event.target instanceof HTMLInputElement) this.search = event.target.value;
          }}
        />
      </header>
      ${found.map(entry => this.entry(entry))}
      ${found.length ? nothing : html`<p class="muted" role="status">${t('No term holds “{0}”.', this.search)}</p>`}
    `;
  }

  /** Shows a term, and puts the focus on it. */
  async ask(term: string): Promise<void> {
    this.search = '';
    this.asked = term;
    await this.updateComplete;
    const section = this.renderRoot.querySelector<HTMLElement>('section.asked');
    section?.scrollIntoView({ block: 'start', behavior: 'instant' });
    section?.querySelector('h2')?.focus({ preventScroll: true });
  }

  private entry({ term, summary, more, avoid }: Entry): TemplateResult {
    return html`<section id=${anchorOf(term)} class=${term === this.asked ? 'asked' : ''}>
      <h2 tabindex="-1">${term}</h2>
      ${[summary, ...more].map(paragraph => html`<p>${shownRun(paragraph)}</p>`)}
      ${avoid.length ? html`<p class="muted">${t('Not used here: {0}.', avoid.join(', '))}</p>` : nothing}
    </section>`;
  }
}

const holds = ({ term, summary, more, avoid }: Entry, wanted: string): boolean =>
  [term, summary, ...more, ...avoid].some(text => text.toLowerCase().includes(wanted));

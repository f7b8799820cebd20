import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { table1 } from '../../src/paper/table-1.ts';
import type { ArrangementName } from '../../src/runtime/training/arrangement.ts';
import type { ArrangementView } from '../../src/views/protocol.ts';
import type { Change } from '../data/store.ts';
import { StoreElement } from '../data/store-element.ts';
import { explained } from '../glossary/explained.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { drawing, drawingStyles } from './drawing.ts';
import { type Guide, guides } from './guide.ts';

/** A choice among the five arrangements, for another compression of the job's text; opened by the host. */
@customElement('proto-arrangement-picker')
export class ArrangementPickerElement extends StoreElement {
  protected override readonly follows = ['document', 'choose'] as const;
  @state() private accessor chosen: ArrangementName | null = null;
  @query('dialog') private accessor dialog!: HTMLDialogElement | null;

  static override styles = [
    shared,
    drawingStyles,
    css`
      dialog {
        background: var(--vscode-editor-background);
        border: 1px solid var(--vscode-widget-border, var(--proto-line));
        border-radius: 6px;
        box-shadow: 0 4px 16px var(--vscode-widget-shadow, rgb(0 0 0 / 25%));
        color: var(--vscode-foreground);
        max-height: calc(100vh - 24px);
        max-width: min(620px, calc(100vw - 24px));
        overflow: auto;
        padding: 16px;
        width: 100%;
      }

      dialog::backdrop {
        background: rgb(0 0 0 / 40%);
      }

      h2 {
        font-size: 1.1em;
      }

      fieldset {
        border: 0;
        margin: 12px 0 16px;
        min-width: 0;
        padding: 0;
      }

      label {
        align-items: center;
        border: 1px solid var(--proto-line);
        border-radius: 4px;
        cursor: pointer;
        display: grid;
        gap: 4px 16px;
        grid-template-columns: auto 160px minmax(0, 1fr);
        margin-top: 6px;
        padding: 8px 12px;
      }

      label:has(:checked) {
        background: color-mix(in srgb, var(--proto-right) 14%, transparent);
        border-color: var(--vscode-focusBorder, currentColor);
      }

      label:has(:focus-visible) {
        outline: 1px solid var(--vscode-focusBorder, currentColor);
        outline-offset: 1px;
      }

      input {
        accent-color: var(--proto-right);
        margin: 0;
      }

      input:focus-visible {
        outline: none;
      }

      .name {
        font-family: var(--vscode-editor-font-family, monospace);
        font-weight: 600;
      }

      .measured {
        color: var(--proto-muted);
        font-variant-numeric: tabular-nums;
      }

      @media (max-width: 480px) {
        label {
          grid-template-columns: auto minmax(0, 1fr);
        }

        label .words {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { job } = this.store;
    if (!job) return nothing;
    const present = job.choices.arrangement;
    const isOther = this.chosen !== null && this.chosen !== present;
    return html`<dialog aria-labelledby="title" @keydown=${this.onKey}>
      <h2 id="title">${t('Compress in Another Arrangement')}</h2>
      <p class="muted">
        ${t('The')} ${explained(t('arrangement'), 'Arrangement')}
        ${t('says where e and m stand at the input. Arrows: the outputs that emit tokens 1 to 6 of a text of six. The accuracies are those of the paper’s Table 1.')}
      </p>
      <fieldset>
        <legend class="unseen">${t('Arrangement')}</legend>
        ${guides().map(guide => {
          const view = job.arrangements.find(({ name }) => name === guide.name);
          return view ? this.option(guide, view, guide.name === present) : nothing;
        })}
      </fieldset>
      <div class="row">
        <vscode-button data-action="compress" ?disabled=${!isOther} @click=${() => this.compress()}
          >${t('Compress')}</vscode-button
        >
        <vscode-button secondary data-action="close" @click=${() => this.dialog?.close()}>${t('Cancel')}</vscode-button>
      </div>
    </dialog>`;
  }

  private option({ name, use }: Guide, view: ArrangementView, present: boolean): TemplateResult {
    const measured = table1[name].map(({ mean }) => Math.round(100 * mean)).join(', ');
    return html`<label>
      <input
        type="radio"
        name="arrangement"
        value=${name}
        .checked=${this.chosen === name}
        @change=${() => {
          this.chosen = name;
        }}
      />
      ${drawing(view)}
      <span class="words">
        <span class="name">${view.label}</span>
        ${present ? html`<span class="muted">${t('(this run)')}</span>` : nothing}
        <br />${use}
        <br /><span class="measured">${t('Accuracy with 1, 2, 4 and 256 tokens: {0} %', measured)}</span>
      </span>
    </label>`;
  }

  protected override onChange(change: Change): void {
    this.requestUpdate();
    if (change === 'choose') void this.ask();
  }

  private async ask(): Promise<void> {
    const present = this.store.job?.choices.arrangement;
    this.chosen = guides().find(({ name }) => name === present)?.name ?? null;
    await this.updateComplete;
    if (!this.dialog || this.dialog.open) return;
    this.dialog.showModal();
    this.renderRoot.querySelector<HTMLElement>('input:checked, input')?.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    this.compress();
  }

  private compress(): void {
    const { chosen } = this;
    if (chosen === null || chosen === this.store.job?.choices.arrangement) return;
    this.dialog?.close();
    void this.store.host.request('tryArrangement', { arrangement: chosen });
  }
}

import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { offerButtons } from '../../offers.ts';
import { t } from '../../strings.ts';

/** Something that is asked for: what came last, whether more is on its way, and why it did not come. */
export class Answer<T> {
  value: T | null = null;
  problem: string | null = null;
  waiting = false;
  private key: string | null = null;
  private again: () => void = () => {};

  constructor(private readonly element: ReactiveControllerHost) {}

  /** Asks once for each key. What came before stays until there is something new, or goes at once. */
  ask(key: string, request: () => Promise<T>, keep = true): void {
    if (key === this.key) return;
    this.key = key;
    if (!keep) this.value = null;
    this.again = () => void this.run(key, request);
    this.again();
  }

  clear(): void {
    Object.assign(this, { key: null, value: null, problem: null, waiting: false });
  }

  /** A sentence while something is on its way, or what went wrong and how to try again. */
  status(sentence: string): TemplateResult | typeof nothing {
    if (this.problem !== null)
      return html`<div class="row status" role="alert">
        <span>${this.problem}</span>
        <vscode-button icon="refresh" secondary @click=${this.again}>${t('Retry')}</vscode-button>
        ${offerButtons(['selectModel'], false)}
      </div>`;
    if (!this.waiting) return nothing;
    return html`<div class="row status" role="status">
      <vscode-progress-ring aria-label=${sentence}></vscode-progress-ring><span>${sentence}</span>
    </div>`;
  }

  private async run(key: string, request: () => Promise<T>): Promise<void> {
    this.problem = null;
    this.waiting = true;
    this.element.requestUpdate();
    try {
      const value = await request();
      if (key === this.key) this.value = value;
    } catch (error) {
      if (key === this.key) this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (key === this.key) this.waiting = false;
      this.element.requestUpdate();
    }
  }
}

import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { duration } from '../../format.ts';
import { offerButtons } from '../../offers.ts';
import { t } from '../../strings.ts';

/** Sooner nobody wonders how long it will take. */
const patienceSeconds = 2;

/** Something that is asked for: what came last, whether more is on its way, and why it did not come. */
export class Answer<T> {
  value: T | null = null;
  problem: string | null = null;
  waiting = false;
  private key: string | null = null;
  private since = 0;
  private ticking: number | undefined;
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
    window.clearInterval(this.ticking);
    Object.assign(this, { key: null, value: null, problem: null, waiting: false });
  }

  /**
   * A sentence while something is on its way, or what went wrong and how to try again.
   *
   * @param secondsLeft null where nobody knows: then it says how long it has taken so far
   */
  status(sentence: string, secondsLeft: number | null = null): TemplateResult | typeof nothing {
    if (this.problem !== null)
      return html`<div class="row status" role="alert">
        <span>${this.problem}</span>
        <vscode-button icon="refresh" secondary @click=${this.again}>${t('Retry')}</vscode-button>
        ${offerButtons(['selectModel'], false)}
      </div>`;
    if (!this.waiting) return nothing;
    return html`<div class="row status" role="status">
      <vscode-progress-ring aria-label=${sentence}></vscode-progress-ring><span>${sentence}</span>
      <span class="muted figures" aria-live="off">${this.time(secondsLeft)}</span>
    </div>`;
  }

  private time(secondsLeft: number | null): string {
    if (secondsLeft !== null) return t('{0} left', duration(secondsLeft));
    const seconds = (performance.now() - this.since) / 1000;
    return seconds < patienceSeconds ? '' : t('{0} so far', duration(Math.floor(seconds)));
  }

  private async run(key: string, request: () => Promise<T>): Promise<void> {
    this.problem = null;
    this.waiting = true;
    this.since = performance.now();
    window.clearInterval(this.ticking);
    this.ticking = window.setInterval(() => this.element.requestUpdate(), 1000);
    this.element.requestUpdate();
    try {
      const value = await request();
      if (key === this.key) this.value = value;
    } catch (error) {
      if (key === this.key) this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (key === this.key) {
        this.waiting = false;
        window.clearInterval(this.ticking);
      }
      this.element.requestUpdate();
    }
  }
}

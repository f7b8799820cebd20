import { html, nothing, type TemplateResult } from 'lit';
import { Answer } from './answer.ts';
import { SolutionsElement } from './element.ts';
import type { SolutionsChange } from './store.ts';

/** A button, and in its place what has been computed of a subject since it was pressed. */
export abstract class AskedElement<T> extends SolutionsElement {
  private readonly answer = new Answer<T>(this);
  private asked: string | null = null;

  /** Names what it is computed of. */
  protected abstract get subject(): string;
  /** Whether it is there already, so that nobody need ask. */
  protected abstract isKnown(): boolean;
  protected abstract compute(): Promise<T>;
  /** @param ask what a press of it does */
  protected abstract button(ask: () => void): TemplateResult;
  /** Said while it is computed, and how long that takes; null where nobody knows. */
  protected abstract waiting(): { readonly sentence: string; readonly secondsLeft: number | null };
  protected abstract found(value: T): TemplateResult;

  protected override onChange(change: SolutionsChange): void {
    if (change !== 'analysing') this.forget();
    this.requestUpdate();
  }

  override render(): TemplateResult {
    if (this.asked !== this.subject) {
      this.forget();
      if (this.isKnown()) this.ask();
    }
    if (this.asked === null) return this.button(() => this.ask());
    const { value } = this.answer;
    const { sentence, secondsLeft } = this.waiting();
    return html`${this.answer.status(sentence, secondsLeft)}${value ? this.found(value) : nothing}`;
  }

  private ask(): void {
    this.asked = this.subject;
    this.answer.ask(this.asked, () => this.compute(), false);
  }

  private forget(): void {
    this.asked = null;
    this.answer.clear();
  }
}

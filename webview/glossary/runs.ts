import { html, type TemplateResult } from 'lit';
import { type Run, runsOf } from '../../src/glossary/glossary.ts';

/** A paragraph of the glossary, with its code, emphasis and links. */
export const shownRun = (paragraph: string): readonly (TemplateResult | string)[] => runsOf(paragraph).map(shown);

function shown({ text, code, emphasis, link }: Run): TemplateResult | string {
  if (code) return html`<code>${text}</code>`;
  if (emphasis) return html`<em>${text}</em>`;
  return link ? html`<a href=${link}>${text}</a>` : text;
}

import { css, html, type TemplateResult } from 'lit';
import { explained } from './glossary/explained.ts';
import type { Term } from './glossary/used-terms.ts';

/** A name, what it is, and the term of the glossary that explains it; facts that are not known are left out. */
export type Fact = readonly [name: string, value: string | number | null | undefined, term?: Term];

/** A list of facts in as many columns as there is room for. */
export const factList = (facts: readonly Fact[]): TemplateResult => html`
  <dl class="facts">
    ${facts
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(
        ([name, value, term]) =>
          html`<div>
            <dt>${term ? explained(name, term) : name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>
`;

export const factStyles = css`
  dl.facts {
    display: grid;
    gap: 12px 24px;
    grid-template-columns: repeat(auto-fill, minmax(min(155px, 100%), 1fr));
    margin: 0;
  }

  dl.facts dt {
    color: var(--proto-muted);
    font-size: 0.92em;
    line-height: 18px;
  }

  dl.facts dd {
    font-variant-numeric: tabular-nums;
    margin: 0;
    overflow-wrap: anywhere;
  }
`;

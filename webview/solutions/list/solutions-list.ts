import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { DataTable } from '../../../src/report/csv.ts';
import type { SolutionFacts } from '../../../src/runtime/results/solutions.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import '../../charts/export-bar.ts';
import { count } from '../../format.ts';
import { explained, explanation } from '../../glossary/explained.ts';
import { t } from '../../strings.ts';
import { shared, tables } from '../../styles.ts';
import { SolutionsElement } from '../data/element.ts';
import { solutionName, textTitle } from '../data/names.ts';
import { listStyles } from './list-styles.ts';
import './probe.ts';

/** All solutions and the texts that they emit; one of them may be looked into. */
@customElement('proto-solutions-list')
export class SolutionsListElement extends SolutionsElement {
  protected override readonly follows = ['document', 'view'] as const;

  static override styles = [shared, tables, listStyles];

  override render(): TemplateResult | typeof nothing {
    const { file, view } = this.store;
    if (!file) return nothing;
    const chosen = view.solution === null ? undefined : file.solutions[view.solution];
    return html`
      <div class="both">
        <section>
          <proto-export-bar
            label=${t('Solutions')}
            term="Solution"
            .host=${this.store.host}
            .chart=${{ name: 'solutions', table: () => solutionsTable(file) }}
          ></proto-export-bar>
          ${this.rows(file)}
        </section>
        <section>
          <proto-export-bar
            label=${chosen ? t('Its Text') : t('Texts')}
            .host=${this.store.host}
            .chart=${{ name: 'texts', table: () => textsTable(file) }}
          ></proto-export-bar>
          <div class="scroll" tabindex="0" role="region" aria-label=${t('Texts')}>
            ${chosen ? this.text(file, chosen.text) : file.texts.map((_, i) => this.text(file, i))}
          </div>
        </section>
      </div>
      ${chosen ? this.probe(file, chosen) : nothing}
    `;
  }

  private rows(file: SolutionsDocument): TemplateResult {
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('Solutions')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${explained(t('Solution'), 'Solution')}</th>
            <th scope="col" class="number">${explained(t('Seed'), 'Seed')}</th>
            <th scope="col" class="number">${explained(t('Evaluations'), 'Evaluation')}</th>
            <th scope="col" class="number">${explained(t('Tokens right'), 'Accuracy')}</th>
          </tr>
        </thead>
        <tbody>
          ${file.solutions.map((solution, i) => this.row(file, solution, i))}
        </tbody>
      </table>
    </div>`;
  }

  private row(file: SolutionsDocument, { text, seed, steps, correct, tokens }: SolutionFacts, i: number) {
    const chosen = this.store.view.solution === i;
    const name = t('{0}: {1}', i + 1, textTitle(file, text));
    return html`<tr class=${chosen ? 'chosen' : ''}>
      <th scope="row">
        <button
          aria-pressed=${chosen ? 'true' : 'false'}
          @click=${() => this.store.look({ solution: chosen ? null : i })}
          >${name}</button
        >
      </th>
      <td class="number">${count(seed)}</td>
      <td class="number">${count(steps)}</td>
      <td class="number">${t('{0} of {1}', count(correct), count(tokens))}</td>
    </tr>`;
  }

  private text(file: SolutionsDocument, index: number): TemplateResult {
    const text = file.texts[index];
    return html`<article>
      <h3>${textTitle(file, index)}</h3>
      ${text?.context === undefined ? nothing : html`<span class="muted">${t('continues {0}', text.context)}</span>`}
      <p>${text?.text ?? ''}</p>
    </article>`;
  }

  private probe(file: SolutionsDocument, chosen: SolutionFacts): TemplateResult {
    return html`<div class="probe">
      <h2>${t('Probe of {0}', solutionName(file, chosen))} ${explanation('Probe')}</h2>
      <p class="muted">
        ${t('What its two vectors hold, as far as can be seen:')} ${explained('e', 'e')} ${t('and')} ${explained('m', 'm')}.
      </p>
      <proto-probe .store=${this.store} .solution=${this.store.view.solution ?? 0}></proto-probe>
    </div>`;
  }
}

const solutionsTable = (file: SolutionsDocument): DataTable => ({
  columns: ['solution', 'text', 'seed', 'evaluations', 'correct', 'tokens'],
  rows: file.solutions.map(({ text, seed, steps, correct, tokens }, i) => [
    i + 1,
    textTitle(file, text),
    seed,
    steps,
    correct,
    tokens,
  ]),
});

const textsTable = ({ texts }: SolutionsDocument): DataTable => ({
  columns: ['title', 'context', 'text'],
  rows: texts.map(({ title, context, text }) => [title, context ?? null, text]),
});

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '../charts/export-bar.ts';
import type { DataTable } from '../../src/report/csv.ts';
import { count, counts, visible } from '../format.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { groupsOf, type TextGroup } from './differences.ts';
import { letterStyles } from './letter-styles.ts';
import { runTokensStyles } from './run-tokens-styles.ts';
import { RunsElement } from './store.ts';

/** About the width of a letter of the editor's font, and of what stands around a token, in pixels. */
const letterWidth = 8;
const cellPadding = 15;
const headWidth = 120;
/** A line that is wider than all others is scrolled. */
const leastWidth = 200;
/** More would be a page of their own; an export has all. */
const mostTokens = 1500;

type Member = TextGroup['members'][number];

/** What the runs give for each token, one row for each run of a text; places where they differ are marked. */
@customElement('proto-run-tokens')
export class RunTokensElement extends RunsElement {
  protected override readonly follows = ['document', 'details', 'moment', 'view'] as const;
  @state() private accessor room = 800;
  private readonly observer = new ResizeObserver(() => {
    this.room = Math.max(leastWidth, this.clientWidth);
  });

  static override styles = [shared, letterStyles, runTokensStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  override render(): TemplateResult {
    const { compared, view } = this.store;
    const groups = groupsOf(compared);
    const comparable = groups.some(({ members }) => members.length > 1);
    return html`
      <proto-export-bar
        label=${t('Tokens Side by Side')}
        .host=${this.store.host}
        .chart=${{ name: 'runs-tokens', table: () => this.table(groups) }}
      ></proto-export-bar>
      ${
        comparable
          ? html`<vscode-checkbox
              label=${t('Only where they differ')}
              .checked=${view.onlyDifferent}
              @change=${({ target }: Event) => this.store.look({ onlyDifferent: (target as HTMLInputElement).checked })}
            ></vscode-checkbox>`
          : nothing
      }
      ${groups.map(group => this.group(group, groups.length > 1))}
      <div class="keys muted">
        <span><i class="right"></i>${t('right')}</span>
        <span><i class="wrong"></i>${t('wrong: what comes out instead')}</span>
        <span><i class="unknown"></i>${t('not known yet')}</span>
        ${comparable ? html`<span><b>≠</b>${t('the runs differ here')}</span>` : nothing}
      </div>
    `;
  }

  private group(group: TextGroup, several: boolean): TemplateResult {
    const { tokens, members, different } = group;
    const isCompared = members.length > 1;
    const only = isCompared && this.store.view.onlyDifferent;
    const shown = [...tokens.keys()].filter(index => !only || different.has(index)).slice(0, mostTokens);
    const wanted = only ? different.size : tokens.length;
    return html`
      ${several ? html`<h3>${members.map(({ compared }) => compared.letter).join(', ')}: ${members[0]?.compared.run.name}</h3>` : nothing}
      ${isCompared ? html`<p class="muted note">${differenceText(group)}</p>` : nothing}
      ${this.linesOf(group, shown).map(line => this.line(group, line))}
      ${wanted > shown.length ? html`<p class="muted">${t('… and {0} more', count(wanted - shown.length))}</p>` : nothing}
    `;
  }

  /** As many tokens in each line as there is room for. */
  private linesOf(group: TextGroup, shown: readonly number[]): readonly (readonly number[])[] {
    const lines: number[][] = [];
    let left = 0;
    for (const index of shown) {
      const letters = [group.tokens[index]?.text ?? '', ...group.members.map(member => this.textAt(member, index))];
      const width = letterWidth * Math.max(1, ...letters.map(text => [...text].length)) + cellPadding;
      if (!lines.length || left < width) {
        lines.push([]);
        left = this.room - headWidth;
      }
      lines.at(-1)?.push(index);
      left -= width;
    }
    return lines;
  }

  private line({ tokens, members, different }: TextGroup, line: readonly number[]): TemplateResult {
    const mark = (index: number): string => (members.length > 1 && different.has(index) ? 'different' : '');
    const [first = 0, last = first] = [line[0], line.at(-1)];
    return html`<div class="line" tabindex="0" role="region" aria-label=${t('Tokens {0} to {1}', first + 1, last + 1)}>
      <table>
        <thead>
          <tr>
            <th scope="row" class="muted">${t('Text')}</th>
            ${line.map(
              index => html`<th scope="col" class=${mark(index)} title=${t('Token {0}', index + 1)}>
                ${mark(index) ? html`<b title=${t('the runs differ here')}>≠</b>` : nothing}<code
                  >${visible(tokens[index]?.text ?? '')}</code
                >
              </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${members.map(
            member =>
              html`<tr>
                <th scope="row">${this.rowHead(member, tokens)}</th>
                ${line.map(index => this.cell(member, tokens, index, mark(index)))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private rowHead({ compared: { letter, run }, predicted }: Member, tokens: TextGroup['tokens']): TemplateResult {
    const place = this.store.compared.findIndex(one => one.run.id === run.id);
    const right = tokens.filter(({ id }, index) => predicted[index] === id).length;
    return html`<span class="letter" data-place=${place} title=${run.name}>${letter}</span>
      <span class="figures muted">${t('{0} of {1}', count(right), count(tokens.length))}</span>`;
  }

  private cell(member: Member, tokens: TextGroup['tokens'], index: number, mark: string): TemplateResult {
    const predicted = member.predicted[index] ?? -1;
    const text = visible(this.textAt(member, index));
    const [kind, said] =
      predicted < 0
        ? ['unknown', t('not known yet')]
        : predicted === tokens[index]?.id
          ? ['right', t('right')]
          : ['wrong', t('wrong')];
    return html`<td class="${kind} ${mark}">
      <code title=${`${member.compared.letter}: ${said}`}>${predicted < 0 ? '?' : text}</code
      ><span class="unseen">${said}</span>
    </td>`;
  }

  private textAt({ compared, predicted }: Member, index: number): string {
    const id = predicted[index] ?? -1;
    return id < 0 ? '?' : (compared.texts.get(id) ?? '…');
  }

  /** A row for each token of each text, a column for each run. */
  private table(groups: readonly TextGroup[]): DataTable {
    const { compared } = this.store;
    return {
      columns: ['text', 'token', 'target', ...compared.map(({ letter }) => letter), 'differs'],
      rows: groups.flatMap(({ tokens, members, different }) =>
        tokens.map(({ text }, index) => [
          members[0]?.compared.run.name ?? '',
          index + 1,
          text,
          ...compared.map(one => {
            const member = members.find(other => other.compared.run.id === one.run.id);
            return member && (member.predicted[index] ?? -1) >= 0 ? this.textAt(member, index) : null;
          }),
          String(members.length > 1 && different.has(index)),
        ]),
      ),
    };
  }
}

function differenceText({ tokens, different }: TextGroup): string {
  if (!different.size) return t('All tokens are the same in these runs.');
  return t('The runs differ in {0} of {1}.', count(different.size), counts.tokens(tokens.length));
}

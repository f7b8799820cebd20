import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { JobDocument, ResultView } from '../../src/views/protocol.ts';
import { StoreElement } from '../data/store-element.ts';
import { type Fact, factList, factStyles } from '../facts.ts';
import { count, duration, figure, percent } from '../format.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { actionRow, jobActions } from './actions.ts';
import '../charts/sizes.ts';

/** What came out, honestly, and where one can go from here. */
@customElement('proto-result')
export class ResultElement extends StoreElement {
  protected override readonly follows = ['document', 'status'] as const;

  static override styles = [
    shared,
    factStyles,
    css`
      section {
        margin-top: 28px;
        max-width: 960px;
      }

      .pending {
        align-items: center;
        display: flex;
        gap: 8px;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { job } = this.store;
    if (!job) return nothing;
    return html`
      ${actionRow(this.store, jobActions(job, true))}
      ${job.result ? this.outcome(job, job.result) : html`<section class="muted">${this.pending(job)}</section>`}
      <section>
        <h2>${t('How it was made')}</h2>
        ${factList(this.making(job))}
      </section>
    `;
  }

  private pending({ status, problem }: JobDocument): TemplateResult | string {
    if (status === 'failed') return problem ?? t('The training failed.');
    if (status === 'running' || status === 'queued' || status === 'cancelling')
      return t('Sizes and throughput are known when the training has ended.');
    return t('The training was stopped before there was a result.');
  }

  private outcome(job: JobDocument, result: ResultView): TemplateResult {
    return html`
      <section>
        <h2>${t('Outcome')}</h2>
        ${factList([
          [
            t('Right in one pass'),
            t('{0} of {1} tokens', count(Math.round(result.accuracy * job.tokens.length)), count(job.tokens.length)),
          ],
          [t('Accuracy'), percent(result.accuracy)],
          [t('Corrections in the file'), count(result.corrections)],
          [t('Patches of the text'), result.patches ? count(result.patches) : null],
          [t('Decoding in one step'), t('{0} tokens/s', figure(result.decodedTokens / result.decodeSeconds))],
          [t('Decoding time'), t('{0} ms', figure(result.decodeSeconds * 1000))],
          [t('Training time'), duration(result.seconds)],
          [
            t('Kept from before the edit'),
            result.keptSegments === null
              ? null
              : t('{0} of {1} segments', count(result.keptSegments), count(result.segments)),
          ],
          [t('Saved as'), result.savedAs ?? t('not saved yet')],
        ])}
      </section>
      <section><proto-sizes .store=${this.store} .sizes=${result.sizes}></proto-sizes></section>
    `;
  }

  private making({ choices, model, result, arrangements }: JobDocument): readonly Fact[] {
    return [
      [t('Model'), model && `${model.id} (${model.architecture})`],
      [t('Parameters'), model && count(model.parameters)],
      [t('Vector length'), model && count(model.hiddenSize)],
      [t('Device'), model && `${result?.device ?? model.device} – ${model.deviceReason}`],
      [t('Arrangement'), arrangements.find(({ name }) => name === choices.arrangement)?.label ?? choices.arrangement],
      [t('One m for all segments'), choices.sharedM ? t('yes') : t('no')],
      [t('Recipe'), choices.recipe],
      [t('Seed'), String(choices.seed)],
      [t('Segment length'), t('{0} tokens', count(choices.segmentLength))],
      [t('Most steps per segment'), choices.steps === undefined ? t('default of the recipe') : count(choices.steps)],
      [t('Steps of each segment'), result?.steps.map(count).join(', ')],
      [t('Evaluations in all'), result && count(result.evaluations)],
      [t('Numbers stored as'), result?.storage],
    ];
  }
}

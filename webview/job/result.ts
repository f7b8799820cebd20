import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { JobDocument, ResultView } from '../../src/views/protocol.ts';
import { meanNll } from '../data/mean-nll.ts';
import { StoreElement } from '../data/store-element.ts';
import { type Fact, factList, factStyles } from '../facts.ts';
import { bytes, count, counts, duration, evaluations, figure, percent } from '../format.ts';
import { explanation } from '../glossary/explained.ts';
import { offerButtons } from '../offers.ts';
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

      .next {
        margin-top: 12px;
      }

      .note {
        align-items: center;
        border-inline-start: 3px solid var(--proto-right);
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        margin-top: 16px;
        padding: 4px 0 4px 12px;
      }

      .note p {
        flex: 1 1 260px;
        max-width: 80ch;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { job } = this.store;
    if (!job) return nothing;
    return html`
      ${actionRow(this.store, jobActions(job, true))}
      ${job.result ? this.outcome(job, job.result) : this.pending(job)}
      <section>
        <h2>${t('How it was made')}</h2>
        ${factList(this.making(job))}
      </section>
    `;
  }

  private pending({ status, problem }: JobDocument): TemplateResult {
    if (status === 'failed')
      return html`<section>
        <p>${problem ?? t('The training failed.')}</p>
        <div class="row next">${offerButtons(['selectModel', 'showLog'], false)}</div>
      </section>`;
    const going = status === 'running' || status === 'queued' || status === 'cancelling';
    return html`<section class="muted">
      ${
        going
          ? t('Sizes and throughput are known when the training has ended.')
          : t('The training was stopped before there was a result. Resume goes on where it was.')
      }
    </section>`;
  }

  private outcome(job: JobDocument, result: ResultView): TemplateResult {
    const loss = meanNll(this.store.latest?.probability);
    return html`
      <section>
        <h2>${t('Outcome')}</h2>
        ${factList([
          [
            t('Right in one pass'),
            t('{0} of {1}', count(Math.round(result.accuracy * job.tokens.length)), counts.tokens(job.tokens.length)),
            'Token',
          ],
          [t('Accuracy'), percent(result.accuracy), 'Accuracy'],
          [t('Loss'), loss === null ? null : t('{0} nats per token', figure(loss)), 'Loss'],
          [t('Corrections in the file'), count(result.corrections), 'Correction'],
          [t('Patches of the text'), result.patches ? count(result.patches) : null, 'Patch'],
          [
            t('Decoding in one step'),
            t('{0} tokens/s', figure(result.decodedTokens / result.decodeSeconds)),
            'Throughput',
          ],
          [t('Decoding time'), t('{0} ms', figure(result.decodeSeconds * 1000)), 'Decode'],
          [t('Training time'), duration(result.seconds)],
          [t('Segments'), count(result.segments), 'Segment'],
          [
            t('Kept from before the edit'),
            result.keptSegments === null
              ? null
              : t('{0} of {1}', count(result.keptSegments), counts.segments(result.segments)),
            'Segment',
          ],
          [t('Saved as'), result.savedAs ?? t('not saved yet')],
        ])}
        ${this.splitting(result)}
      </section>
      <section><proto-sizes .store=${this.store} .sizes=${result.sizes}></proto-sizes></section>
    `;
  }

  /** Why the text has more segments than it was cut into, what that costs, and what helps. */
  private splitting({ splitting }: ResultView): TemplateResult | typeof nothing {
    if (!splitting) return nothing;
    const { split: halved, planned, segments, moreVectors, moreBytes } = splitting;
    const happened =
      planned === 1
        ? t('The segment did not come out right within its budget and was split.')
        : halved === 1
          ? t('1 of {0} did not come out right within its budget and was split.', counts.segments(planned))
          : t(
              '{0} of {1} did not come out right within their budget and were split.',
              count(halved),
              counts.segments(planned),
            );
    const cost = t(
      'The file now has {0}; the split added {1} and {2} to it.',
      counts.segments(segments),
      counts.vectors(moreVectors),
      bytes(moreBytes),
    );
    return html`<div class="note split">
      <p>${happened} ${cost} ${t('A larger budget may keep segments whole.')} ${explanation('Budget')}</p>
      <vscode-button secondary icon="settings-gear" data-action="changeBudget" @click=${() => this.store.act('changeBudget')}
        >${t('Change Budget …')}</vscode-button
      >
    </div>`;
  }

  private making({ choices, model, result, arrangements }: JobDocument): readonly Fact[] {
    return [
      [t('Model'), model && `${model.id} (${model.architecture})`, 'Frozen model'],
      [t('Parameters'), model && count(model.parameters)],
      [t('Numbers of a vector'), model && count(model.hiddenSize), 'Proto-token'],
      [t('Device'), model && `${result?.device ?? model.device} – ${model.deviceReason}`, 'Device'],
      [
        t('Arrangement'),
        arrangements.find(({ name }) => name === choices.arrangement)?.label ?? choices.arrangement,
        'Arrangement',
      ],
      [t('Shared m'), choices.sharedM ? t('yes') : t('no'), 'Shared m'],
      [t('Recipe'), choices.recipe, 'Recipe'],
      [t('Seed'), String(choices.seed), 'Seed'],
      [t('Maximum tokens per segment'), count(choices.segmentLength), 'Segment'],
      [
        t('Budget of a segment'),
        choices.budget === undefined ? t('the recipe’s') : evaluations(choices.budget),
        'Budget',
      ],
      [t('Evaluations of each segment'), result?.steps.map(count).join(', '), 'Evaluation'],
      [t('Evaluations in all'), result && count(result.evaluations), 'Evaluation'],
      [t('Storage type'), result?.storage, 'Storage type'],
    ];
  }
}

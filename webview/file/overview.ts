import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { FileDocument } from '../../src/views/protocol.ts';
import { meanNll } from '../data/mean-nll.ts';
import { StoreElement } from '../data/store-element.ts';
import '../charts/sizes.ts';
import { type Fact, factList, factStyles } from '../facts.ts';
import { count, counts, figure, percent } from '../format.ts';
import { type ActionButton, actionRow } from '../job/actions.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';

const actions = (): readonly ActionButton[] => [
  { action: 'decode', label: t('Decode to New Document'), icon: 'go-to-file', primary: true },
  { action: 'compare', label: t('Compare with Current File'), icon: 'diff' },
  { action: 'verify', label: t('Verify against Workspace'), icon: 'verified' },
  { action: 'exportVectors', label: t('Export Vectors …'), icon: 'export' },
];

/** Everything that a file says of itself. */
@customElement('proto-overview')
export class OverviewElement extends StoreElement {
  protected override readonly follows = ['document'] as const;

  static override styles = [
    shared,
    factStyles,
    css`
      section {
        margin-top: 28px;
        max-width: 960px;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { document: file } = this.store;
    if (file?.kind !== 'file') return nothing;
    return html`
      ${actionRow(this.store, actions())}
      <section>
        <h2>${t('Contents')}</h2>
        ${factList(this.contents(file))}
      </section>
      <section><proto-sizes .store=${this.store} .sizes=${file.sizes}></proto-sizes></section>
      <section>
        <h2>${t('Model')}</h2>
        ${factList(this.model(file))}
      </section>
      <section>
        <h2>${t('How it was made')}</h2>
        ${factList(this.making(file))}
      </section>
    `;
  }

  private contents(file: FileDocument): readonly Fact[] {
    const { contents } = this.store;
    const loss = meanNll(contents?.moment.probability);
    return [
      [t('Tokens'), count(file.tokens), 'Token'],
      [t('Right in one pass'), percent(file.accuracy), 'Accuracy'],
      [t('Corrections'), count(file.corrections), 'Correction'],
      [t('Patches of the text'), count(file.patches), 'Patch'],
      [
        t('Segments'),
        `${count(file.segmentLengths.length)} (${file.segmentLengths.map(counts.tokens).join(', ')})`,
        'Segment',
      ],
      [t('Loss'), loss === null ? null : t('{0} nats per token', figure(loss)), 'Loss'],
      [
        t('Decoding in one step'),
        contents && t('{0} tokens/s', figure(file.tokens / contents.decodeSeconds)),
        'Throughput',
      ],
    ];
  }

  private model(file: FileDocument): readonly Fact[] {
    return [
      [t('Model'), file.model.id, 'Frozen model'],
      [t('Revision'), file.model.revision],
      [t('Architecture'), file.model.architecture],
      [t('Numbers of a vector'), count(file.hiddenSize), 'Proto-token'],
      [t('Fingerprint'), file.model.fingerprint, 'Fingerprint'],
    ];
  }

  private making(file: FileDocument): readonly Fact[] {
    return [
      [t('Arrangement'), file.arrangementLabel, 'Arrangement'],
      [t('Shared m'), file.sharedM ? t('yes') : t('no'), 'Shared m'],
      [t('Storage type'), file.storage, 'Storage type'],
      [t('Recipe'), file.training.recipe, 'Recipe'],
      [t('Seed'), String(file.training.seed), 'Seed'],
      [t('Evaluations of each segment'), file.training.steps.map(count).join(', '), 'Evaluation'],
      [t('Device'), file.training.device, 'Device'],
      [t('Made by'), t('Proto-Tokens {0}', file.training.version)],
    ];
  }
}

import { html, type TemplateResult } from 'lit';
import type { Offer } from '../src/views/requests.ts';
import { t } from './strings.ts';

/** Asks the page to have something done that it offers. */
export class OfferTaken extends Event {
  static readonly kind = 'offer';

  constructor(readonly offer: Offer) {
    super(OfferTaken.kind, { bubbles: true, composed: true });
  }
}

interface Look {
  readonly icon: string;
  readonly label: string;
}

function lookOf(offer: Offer): Look {
  const looks: Readonly<Record<Offer, Look>> = {
    openAsText: { icon: 'go-to-file', label: t('Open with Text Editor') },
    retry: { icon: 'refresh', label: t('Retry') },
    selectModel: { icon: 'symbol-misc', label: t('Select Model …') },
    showLog: { icon: 'output', label: t('Show Log') },
    compressSelection: { icon: 'play', label: t('Compress Selection') },
    openSample: { icon: 'beaker', label: t('Try a Sample') },
  };
  return looks[offer];
}

/** A button for each thing that can be done next, the likeliest first; the page has it done. */
export const offerButtons = (offers: readonly Offer[], primary = true): readonly TemplateResult[] =>
  offers.map((offer, i) => {
    const { icon, label } = lookOf(offer);
    const take = ({ currentTarget }: Event): void => {
      currentTarget?.dispatchEvent(new OfferTaken(offer));
    };
    return html`<vscode-button icon=${icon} ?secondary=${i > 0 || !primary} data-offer=${offer} @click=${take}
      >${label}</vscode-button
    >`;
  });

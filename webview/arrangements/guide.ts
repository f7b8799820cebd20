import type { ArrangementName } from '../../src/runtime/training/arrangement.ts';
import { t } from '../strings.ts';

/** What an arrangement is good for, and what the paper measured with it. */
export interface Guide {
  readonly name: ArrangementName;
  readonly use: string;
  /** Mean accuracy of reconstruction for texts of 1, 2, 4 and 256 tokens, from Table 1 of arXiv 2505.21189. */
  readonly accuracy: readonly [number, number, number, number];
}

/** The five, the one that holds the most first. */
export const guides = (): readonly Guide[] => [
  {
    name: 'e-m-repeated',
    use: t('The default: holds the most tokens.'),
    accuracy: [1, 1, 1, 0.99],
  },
  {
    name: 'e-unguided-m-repeated',
    use: t('Holds nearly as many. The output at e has no target, so one more position is computed.'),
    accuracy: [1, 1, 1, 0.97],
  },
  {
    name: 'e-m-alternating',
    use: t('For texts of a few tokens. Long ones are mostly lost.'),
    accuracy: [1, 1, 1, 0.17],
  },
  {
    name: 'e-half-m-half',
    use: t('To see that the places of e and m matter: holds two tokens.'),
    accuracy: [1, 1, 0.12, 0.01],
  },
  {
    name: 'e-repeated',
    use: t('To see that one vector is not enough: holds one token.'),
    accuracy: [1, 0.45, 0.17, 0.01],
  },
];

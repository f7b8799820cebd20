import type { ArrangementName } from '../../src/runtime/training/arrangement.ts';
import { t } from '../strings.ts';

/** What an arrangement is good for. */
export interface Guide {
  readonly name: ArrangementName;
  readonly use: string;
}

/** The five, the one that holds the most first. */
export const guides = (): readonly Guide[] => [
  {
    name: 'e-m-repeated',
    use: t('The default: holds the most tokens.'),
  },
  {
    name: 'e-unguided-m-repeated',
    use: t('Holds nearly as many. The output at e has no target, so one more position is computed.'),
  },
  {
    name: 'e-m-alternating',
    use: t('For texts of a few tokens. Long ones are mostly lost.'),
  },
  {
    name: 'e-half-m-half',
    use: t('To see that the places of e and m matter: holds two tokens.'),
  },
  {
    name: 'e-repeated',
    use: t('To see that one vector is not enough: holds one token.'),
  },
];

import type { Standing } from '../../src/views/protocol.ts';
import { t } from '../strings.ts';

/** The codicon of each standing: no two are told apart by colour alone. */
export const standingIcons: Readonly<Record<Standing, string>> = {
  queued: 'clock',
  running: 'sync',
  cancelling: 'sync',
  perfect: 'pass',
  imperfect: 'warning',
  cancelled: 'circle-slash',
  interrupted: 'debug-pause',
  failed: 'error',
};

export function standingWord(standing: Standing): string {
  const words: Record<Standing, string> = {
    queued: t('queued'),
    running: t('running'),
    cancelling: t('being cancelled'),
    perfect: t('perfect'),
    imperfect: t('some tokens wrong'),
    cancelled: t('cancelled'),
    interrupted: t('interrupted'),
    failed: t('failed'),
  };
  return words[standing];
}

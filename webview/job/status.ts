import type { JobStatus } from '../../src/views/protocol.ts';
import { t } from '../strings.ts';

/** The codicon of each status. */
export const statusIcons: Readonly<Record<JobStatus, string>> = {
  queued: 'clock',
  running: 'sync',
  cancelling: 'sync',
  finished: 'pass',
  cancelled: 'circle-slash',
  interrupted: 'debug-pause',
  failed: 'error',
};

export function statusWord(status: JobStatus): string {
  const words: Record<JobStatus, string> = {
    queued: t('Queued'),
    running: t('Training'),
    cancelling: t('Cancelling …'),
    finished: t('Finished'),
    cancelled: t('Cancelled'),
    interrupted: t('Interrupted'),
    failed: t('Failed'),
  };
  return words[status];
}

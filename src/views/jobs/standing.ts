import type { Standing } from '../protocol.ts';
import type { Activity } from './activities.ts';
import type { Job } from './job.ts';

/** How a job stands. */
export function standingOf(entry: Pick<Job, 'status' | 'score'> | Pick<Activity, 'status'>): Standing {
  if (entry.status !== 'finished') return entry.status;
  const { score } = entry;
  return score && score.correct === score.tokens ? 'perfect' : 'imperfect';
}

import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';

/** Jobs that were asked for at once. */
interface Together {
  readonly jobs: Job[];
  /** Those that have ended since it was last told. */
  readonly ended: Set<Job>;
}

/**
 * Tells which jobs have ended. Those that were asked for at once, as for several selections of a text, are told at once:
 * when the last of them is over.
 *
 * @param isSeen of a job that ends: whether a person sees that already, so that it is not told
 * @param tell gets jobs that are finished or have failed, at least one, in the order in which they ended
 */
export function onEndedTogether(
  queue: Pick<JobQueue, 'onDidAdd'>,
  isSeen: (job: Job) => boolean,
  tell: (jobs: readonly Job[]) => void,
): { dispose(): void } {
  let asked: Together | undefined;
  return queue.onDidAdd(job => {
    if (!asked) {
      asked = { jobs: [], ended: new Set() };
      // What is asked for at once is added before anything else happens.
      queueMicrotask(() => {
        asked = undefined;
      });
    }
    const { jobs, ended } = asked;
    jobs.push(job);
    job.onDidChange(change => {
      if (change !== 'status') return;
      if ((job.status === 'finished' || job.status === 'failed') && !isSeen(job)) ended.add(job);
      if (!ended.size || !jobs.every(({ isOver }) => isOver)) return;
      const told = [...ended];
      ended.clear();
      tell(told);
    });
  });
}

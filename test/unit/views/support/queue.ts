import { expect, onTestFinished } from 'vitest';
import { Activities } from '../../../../src/views/jobs/activities.ts';
import type { Job } from '../../../../src/views/jobs/job.ts';
import { JobQueue } from '../../../../src/views/jobs/job-queue.ts';
import { JobStore } from '../../../../src/views/jobs/job-store.ts';
import { temporaryFolder } from '../../../support/paths.ts';
import { request, StandInEngine, StandInReporter } from './stand-in-engine.ts';

/** A queue of jobs that have no place in a document; `start` adds one. */
export function makeQueue() {
  const engine = new StandInEngine();
  const reporter = new StandInReporter();
  const store = new JobStore(temporaryFolder());
  const activities = new Activities(store);
  const queue = new JobQueue({ engine, reporter, sourceOf: () => expect.unreachable(), store, activities });
  onTestFinished(() => queue.dispose());
  return { engine, reporter, queue, start: (): Job => queue.start(request, undefined) };
}

import { arrangementViews } from '../jobs/arrangement-views.ts';
import type { Job } from '../jobs/job.ts';
import type { JobDocument } from '../protocol.ts';

/** A job as its page shows it. */
export function jobDocument(job: Job): JobDocument {
  const { id, title, text, choices } = job.request;
  const { name, moments } = job.toRecord();
  return {
    kind: 'job',
    id,
    title: name ?? title,
    text,
    status: job.status,
    problem: job.problem,
    choices,
    model: job.model ?? null,
    tokens: job.tokens,
    moments,
    result: job.result(),
    arrangements: arrangementViews(),
  };
}

import { explain } from '../../runtime/operations/compression.ts';
import type { ExplainedToken } from '../../runtime/results/tokens.ts';
import type { Job, JobEngine } from './job.ts';

/** How the model sees one token of a job: of the result, or while it runs of the best vectors so far. */
export async function explainToken(job: Job, engine: JobEngine, index: number): Promise<ExplainedToken | undefined> {
  const known = job.isOver ? job.evaluated[index] : undefined;
  if (known) return known.predicted < 0 ? undefined : known;
  const { first, tokens } = await engine.call(explain, { ...job.request.model, job: job.id, position: index });
  return tokens[index - first];
}

/** The same of all tokens, each where it stands in the text; nothing where nothing is known yet. */
export async function explainTokens(job: Job, engine: JobEngine): Promise<readonly (ExplainedToken | undefined)[]> {
  if (job.isOver) {
    await job.open(engine);
    return job.evaluated.map(token => (token.predicted < 0 ? undefined : token));
  }
  const all = new Array<ExplainedToken | undefined>(job.tokens.length).fill(undefined);
  const { latest } = job;
  // Of a segment that waits for its turn nothing is known.
  for (const { start } of latest?.segments.filter(({ start }) => (latest.predicted[start] ?? -1) >= 0) ?? []) {
    const { first, tokens } = await engine.call(explain, { ...job.request.model, job: job.id, position: start });
    for (const [i, token] of tokens.entries()) all[first + i] = token;
  }
  return all;
}

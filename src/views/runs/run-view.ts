import { folderName } from '../../runtime/models/folder-name.ts';
import type { TextToken } from '../../runtime/results/tokens.ts';
import type { Job } from '../jobs/job.ts';
import type { WrongToken } from '../jobs/job-record.ts';
import { standingOf } from '../jobs/standing.ts';
import type { Moment } from '../protocol.ts';
import type { RunView } from './protocol.ts';

/** A job as a row of a table. */
export function runView(job: Job): RunView {
  const { id, request, score, latest, problem } = job;
  const result = job.isOver ? job.result() : null;
  return {
    id,
    name: job.name,
    from: request.title,
    text: request.text,
    standing: standingOf(job),
    problem,
    model: folderName(request.model.folder).id,
    device: result?.device ?? null,
    choices: request.choices,
    tokens: score?.tokens ?? null,
    correct: score?.correct ?? null,
    evaluations: result?.evaluations ?? latest?.evaluations ?? null,
    seconds: result?.seconds ?? latest?.seconds ?? null,
    size: result?.sizes.file ?? null,
    created: job.created,
  };
}

/**
 * What a file gives in each token's place. The latest moment of the training tells which tokens the job has come to; what
 * is wrong is known of the file itself, whose vectors may be narrower than those in training.
 *
 * @returns [tokens], -1 where nothing is known
 */
export function outcomeOf(
  tokens: readonly TextToken[],
  latest: Moment | undefined,
  wrong: readonly WrongToken[],
): Int32Array {
  const wrongAt = new Map(wrong.map(({ index, token }) => [index, token.predicted]));
  return Int32Array.from(tokens, ({ id }, index) => {
    const unknown = latest !== undefined && (latest.predicted[index] ?? -1) < 0;
    return wrongAt.get(index) ?? (unknown ? -1 : id);
  });
}

import { UserError } from '../../runtime/errors.ts';

/** Whatever a list of jobs shows. */
export interface Named {
  readonly id: string;
}

/** The id that a command was given: by a CodeLens as text, by a list with the whole entry; undefined when it was not. */
export function idOf(given: unknown): string | undefined {
  const id = typeof given === 'object' && given !== null && 'id' in given ? given.id : given;
  return typeof id === 'string' ? id : undefined;
}

/**
 * The job that a command names. What is named and not there is never taken for another one.
 *
 * @param otherwise the job that is meant when none is named
 * @throws UserError when the named one is gone, or none is meant.
 */
export function namedJob<J extends Named>(given: unknown, jobs: readonly J[], otherwise: () => J | undefined): J {
  const id = idOf(given);
  if (id !== undefined) {
    const named = jobs.find(job => job.id === id);
    if (named) return named;
    throw new UserError('This job is no longer in the list of jobs: it was removed. Choose another one in the list.');
  }
  const meant = otherwise();
  if (meant) return meant;
  throw new UserError('There is no job yet; select some text and compress it.');
}

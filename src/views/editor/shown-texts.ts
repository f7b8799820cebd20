/** The place of a compressed text in a document, as far as it matters which of several is shown. */
export interface Place {
  readonly offset: number;
  readonly length: number;
  readonly isStale: boolean;
  overlaps(other: Place): boolean;
}

export interface Shown<J> {
  readonly job: J;
  /** Among the jobs that begin at this place, from 1, the oldest first. */
  readonly position: number;
  /** Jobs that begin at this place. */
  readonly count: number;
}

/**
 * Which of a document's jobs are shown in its editor, in the order of their texts. Of several at one place it is the one
 * that is looked at elsewhere, else the latest; an edited one is shown until there is a later one that overlaps it.
 *
 * @param jobs the oldest first
 * @param lookedAt the job that the panel shows
 */
export function shownTexts<P extends Place, J extends { readonly source: P }>(
  jobs: readonly J[],
  lookedAt: J | undefined,
): Shown<J>[] {
  const preferred = jobs.filter(job => job === lookedAt && !job.source.isStale);
  const byPlace = new Map<number, J>();
  for (const job of [...jobs.filter(other => !preferred.includes(other)), ...preferred]) {
    for (const [place, earlier] of byPlace)
      if (earlier.source.isStale && earlier.source.overlaps(job.source)) byPlace.delete(place);
    byPlace.set(job.source.offset, job);
  }
  return [...byPlace.values()]
    .sort((a, b) => a.source.offset - b.source.offset)
    .map(job => {
      const here = jobs.filter(({ source }) => source.offset === job.source.offset);
      return { job, position: here.indexOf(job) + 1, count: here.length };
    });
}

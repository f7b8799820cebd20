/** Where a person is, and the jobs that there are. */
export interface Situation<J> {
  /** The job of the page that has the focus. */
  readonly focused: J | undefined;
  /** Compressed texts of the document that the person is in. */
  readonly here: readonly { readonly job: J; readonly source: { readonly offset: number; readonly length: number } }[];
  /** UTF-16 offset in that document. */
  readonly cursor: number;
  readonly running: J | undefined;
  /** The oldest first. */
  readonly all: readonly J[];
}

/**
 * The job that a command is about where none is named: the one that is looked at, or whose text the cursor is in; else the
 * first of those that the command is of use for: the nearest text of the document, what runs, the latest.
 *
 * @param serves whether the command is of use for a job: saving for one that has a result, say
 * @returns undefined when there is no job at all; of jobs of which none serves, the first one, about which that can be said
 */
export function meantJob<J>(
  { focused, here, cursor, running, all }: Situation<J>,
  serves: (job: J) => boolean,
): J | undefined {
  if (focused) return focused;
  const distance = ({ offset, length }: { readonly offset: number; readonly length: number }): number =>
    Math.max(0, offset - cursor, cursor - offset - length);
  const near = here.toSorted((a, b) => distance(a.source) - distance(b.source));
  const [nearest] = near;
  if (nearest && distance(nearest.source) === 0) return nearest.job;
  const inOrder = [...near.map(({ job }) => job), ...(running ? [running] : []), ...all.toReversed()];
  return inOrder.find(serves) ?? inOrder[0];
}

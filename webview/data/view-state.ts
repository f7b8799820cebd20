import type { PanelDocument } from '../../src/views/protocol.ts';
import type { PageState } from './page-store.ts';

/** What a view keeps of itself while it is hidden, moved or reloaded. */
export interface ViewState extends PageState {
  readonly jobId: string | null;
  readonly file: string | null;
  /** Gradient evaluations of the moment that is looked at; null follows the latest. */
  readonly scrubbed: number | null;
  readonly onlyWrong: boolean;
}

export const untouched: ViewState = { jobId: null, file: null, tab: '', scrubbed: null, onlyWrong: false, scroll: 0 };

/** The state of a view that nobody has touched, or the kept one when it belongs to the same document. */
export function stateFor(document: PanelDocument, kept: ViewState | undefined): ViewState {
  const jobId = document.kind === 'job' ? document.id : null;
  const file = document.kind === 'job' ? null : document.name;
  if (kept && kept.jobId === jobId && kept.file === file) return kept;
  return { ...untouched, jobId, file };
}

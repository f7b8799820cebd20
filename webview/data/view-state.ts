import type { PanelDocument } from '../../src/views/protocol.ts';

/** What a view keeps of itself while it is hidden, moved or reloaded. */
export interface ViewState {
  readonly jobId: string | null;
  readonly file: string | null;
  readonly tab: string;
  /** Gradient evaluations of the moment that is looked at; null follows the latest. */
  readonly scrubbed: number | null;
  readonly onlyWrong: boolean;
  readonly scroll: number;
}

/** The state of a view that nobody has touched, or the kept one when it belongs to the same document. */
export function stateFor(document: PanelDocument, kept: ViewState | undefined): ViewState {
  const jobId = document.kind === 'job' ? document.id : null;
  const file = document.kind === 'job' ? null : document.name;
  if (kept && kept.jobId === jobId && kept.file === file) return kept;
  return { jobId, file, tab: '', scrubbed: null, onlyWrong: false, scroll: 0 };
}

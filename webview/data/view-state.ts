import type { PanelDocument } from '../../src/views/protocol.ts';
import type { MeasureName } from '../tokens/measures/measures.ts';
import type { PageState } from './page-store.ts';

/** What a view keeps of itself while it is hidden, moved or reloaded. */
export interface ViewState extends PageState {
  readonly jobId: string | null;
  readonly file: string | null;
  /** Gradient evaluations of the moment that is looked at; null follows the latest. */
  readonly scrubbed: number | null;
  readonly onlyWrong: boolean;
  /** What the colours of the tokens show; null shows right and wrong. */
  readonly colour: MeasureName | null;
  /** What the tokens are sorted by; null leaves them in the order of the text. */
  readonly sort: MeasureName | null;
  readonly descending: boolean;
  readonly search: string;
  /** Evaluations that the charts show, from and to; null shows all. */
  readonly zoom: readonly [number, number] | null;
  /** In which order the tokens stand in the raster. */
  readonly rows: 'text' | 'learned';
}

export const untouched: ViewState = {
  jobId: null,
  file: null,
  tab: '',
  scroll: 0,
  scrubbed: null,
  onlyWrong: false,
  colour: null,
  sort: null,
  descending: true,
  search: '',
  zoom: null,
  rows: 'text',
};

/** The state of a view that nobody has touched, or the kept one when it belongs to the same document. */
export function stateFor(document: PanelDocument, kept: ViewState | undefined): ViewState {
  const jobId = document.kind === 'job' ? document.id : null;
  const file = document.kind === 'job' ? null : document.name;
  if (kept && kept.jobId === jobId && kept.file === file) return { ...untouched, ...kept };
  return { ...untouched, jobId, file };
}

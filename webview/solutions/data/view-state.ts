import type { ComparedVectors, Measure, SolutionOrder } from '../../../src/runtime/results/distances.ts';
import type { ForeignDocument } from '../../../src/views/protocol.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import type { PageState } from '../../data/page-store.ts';

/** What is drawn along a path or on a plane. */
export type PathQuantity = 'accuracy' | 'nll';

/** Two solutions, the smaller index first. */
export type Pair = readonly [number, number];

/** What the editor keeps of itself while it is hidden, moved or reloaded. */
export interface SolutionsViewState extends PageState {
  readonly file: string | null;
  readonly measure: Measure;
  readonly over: ComparedVectors;
  readonly order: SolutionOrder;
  /** Text whose solutions are connected; null means those of every text. */
  readonly text: number | null;
  /** The pair that is looked at; null looks at all. */
  readonly pair: Pair | null;
  /** Share of its tokens that a solution has to get right to be compared and connected. */
  readonly accuracy: number;
  /** Evaluations that a curve may take. */
  readonly steps: number;
  readonly grid: number;
  readonly quantity: PathQuantity;
  /** Where on the path, 0 to 1. */
  readonly t: number;
  /** The solution that is looked into. */
  readonly solution: number | null;
}

/** Before there is a file, which brings the defaults of the training with it. */
export const untouched: SolutionsViewState = {
  file: null,
  tab: '',
  scroll: 0,
  measure: 'cosine',
  over: 'both',
  order: 'text',
  text: 0,
  pair: null,
  accuracy: 0,
  steps: 0,
  grid: 0,
  quantity: 'accuracy',
  t: 0.5,
  solution: null,
};

/** The state of a view that nobody has touched, or the kept one when it belongs to the same file. */
export function stateFor(
  document: SolutionsDocument | ForeignDocument,
  kept: SolutionsViewState | undefined,
): SolutionsViewState {
  if (document.kind === 'foreign') return { ...untouched, file: document.name };
  const { steps, grid, minimumAccuracy } = document.defaults;
  const fresh = { ...untouched, file: document.name, steps, grid, accuracy: minimumAccuracy };
  if (kept?.file === document.name && kept.grid && fits(document, kept)) return { ...fresh, ...kept };
  return fresh;
}

/** A file may have been written again with fewer solutions. */
function fits({ texts, solutions }: SolutionsDocument, { text, pair, solution }: SolutionsViewState): boolean {
  const known = [...(pair ?? []), solution ?? 0];
  return (text ?? 0) < texts.length && known.every(index => index < Math.max(1, solutions.length));
}

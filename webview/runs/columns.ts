import type { RunsDocument, RunView } from '../../src/views/runs/protocol.ts';
import { count, duration, percent } from '../format.ts';
import type { Term } from '../glossary/used-terms.ts';
import { t } from '../strings.ts';
import { standingWord } from './standing.ts';

export type ColumnName =
  | 'name'
  | 'model'
  | 'arrangement'
  | 'recipe'
  | 'seed'
  | 'tokens'
  | 'right'
  | 'evaluations'
  | 'time'
  | 'size'
  | 'when';

export interface Column {
  readonly name: ColumnName;
  readonly label: string;
  /** Under which the glossary explains it. */
  readonly term?: Term;
  /** What rows are sorted by, and what an export has; null where nothing is known. */
  readonly of: (run: RunView) => string | number | null;
  readonly show: (run: RunView) => string;
}

/** As in Table 1 of the paper. */
export const arrangementOf = ({ arrangements }: RunsDocument, { choices }: RunView): string =>
  arrangements.find(({ name }) => name === choices.arrangement)?.label ?? choices.arrangement;

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });

/** The time alone where it is of today. */
const when = (created: number): string =>
  (new Date(created).toDateString() === new Date().toDateString() ? time : dateAndTime).format(created);

export const share = ({ correct, tokens }: RunView): number | null =>
  correct === null || !tokens ? null : correct / tokens;

const known = (value: number | null, show: (value: number) => string): string => (value === null ? '–' : show(value));

export const columnsOf = (document: RunsDocument): readonly Column[] => [
  { name: 'name', label: t('Run'), of: run => run.name, show: run => run.name },
  { name: 'model', term: 'Frozen model', label: t('Model'), of: run => run.model, show: run => run.model },
  {
    name: 'arrangement',
    term: 'Arrangement',
    label: t('Arrangement'),
    of: run => arrangementOf(document, run),
    show: run => arrangementOf(document, run),
  },
  {
    name: 'recipe',
    term: 'Recipe',
    label: t('Recipe'),
    of: run => run.choices.recipe,
    show: run => run.choices.recipe,
  },
  { name: 'seed', term: 'Seed', label: t('Seed'), of: run => run.choices.seed, show: run => String(run.choices.seed) },
  { name: 'tokens', term: 'Token', label: t('Tokens'), of: run => run.tokens, show: run => known(run.tokens, count) },
  {
    name: 'right',
    term: 'Accuracy',
    label: t('Right'),
    of: share,
    show: run => known(share(run), value => `${count(run.correct ?? 0)} (${percent(value)})`),
  },
  {
    name: 'evaluations',
    term: 'Evaluation',
    label: t('Evaluations'),
    of: run => run.evaluations,
    show: run => known(run.evaluations, count),
  },
  { name: 'time', label: t('Time'), of: run => run.seconds, show: run => known(run.seconds, duration) },
  { name: 'size', label: t('Bytes'), of: run => run.size, show: run => known(run.size, count) },
  { name: 'when', label: t('When'), of: run => run.created, show: run => when(run.created) },
];

/** Columns whose cells are numbers. */
export const numeric: ReadonlySet<ColumnName> = new Set(['seed', 'tokens', 'right', 'evaluations', 'time', 'size']);

/** Rows that have all words somewhere, in a column's order; what is not known comes last. */
export function rowsOf(
  document: RunsDocument,
  filter: string,
  { column, descending }: { readonly column: ColumnName; readonly descending: boolean },
): readonly RunView[] {
  const words = filter.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const has = (run: RunView): boolean => {
    const { name, from, text, model, choices, standing } = run;
    const all = [name, from, text, model, arrangementOf(document, run), choices.recipe, `seed ${choices.seed}`];
    const where = [...all, standingWord(standing)].join('\n').toLocaleLowerCase();
    return words.every(word => where.includes(word));
  };
  const value = columnsOf(document).find(({ name }) => name === column)?.of ?? (() => null);
  return document.runs.filter(has).sort((a, b) => compare(value(a), value(b), descending));
}

function compare(a: string | number | null, b: string | number | null, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order = typeof a === 'string' ? a.localeCompare(String(b), undefined, { numeric: true }) : a - Number(b);
  return descending ? -order : order;
}

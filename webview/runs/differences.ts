import type { RunsDocument } from '../../src/views/runs/protocol.ts';
import { counts, evaluations } from '../format.ts';
import type { Term } from '../glossary/used-terms.ts';
import { t } from '../strings.ts';
import { arrangementOf } from './columns.ts';
import type { Compared } from './store.ts';

/** A setting, and what each run has for it. */
export interface Setting {
  readonly label: string;
  /** In the glossary. */
  readonly term: Term | null;
  readonly values: readonly string[];
}

/** The settings in which runs differ; of their texts, the names are shown. */
export function differingSettings(document: RunsDocument, compared: readonly Compared[]): readonly Setting[] {
  const runs = compared.map(({ run }) => run);
  const setting = (label: string, term: Term, of: (run: (typeof runs)[number]) => string): Setting[] => {
    const values = runs.map(of);
    return new Set(values).size > 1 ? [{ label, term, values }] : [];
  };
  const texts = new Set(runs.map(({ text }) => text)).size;
  return [
    ...(texts > 1 ? [{ label: t('Text'), term: null, values: runs.map(({ name }) => name) }] : []),
    ...setting(t('Model'), 'Frozen model', ({ model }) => model),
    ...setting(t('Arrangement'), 'Arrangement', run => arrangementOf(document, run)),
    ...setting(t('Recipe'), 'Recipe', ({ choices }) => choices.recipe),
    ...setting(t('Segment length'), 'Segment', ({ choices }) => counts.tokens(choices.segmentLength)),
    ...setting(t('Budget'), 'Budget', ({ choices }) =>
      choices.budget === undefined ? t("the recipe's own") : evaluations(choices.budget),
    ),
    ...setting(t('Seed'), 'Seed', ({ choices }) => String(choices.seed)),
    ...setting(t('Shared m'), 'Shared m', ({ choices }) => (choices.sharedM ? t('yes') : t('no'))),
    ...setting(t('Device'), 'Device', ({ device }) => device ?? '–'),
  ];
}

const mostInLabel = 2;

/** What tells a run from the others, in a legend: "A: seed 3, paper". Their texts are long, and named only where need be. */
export function labelsOf(document: RunsDocument, compared: readonly Compared[]): readonly string[] {
  const settings = differingSettings(document, compared);
  const distinct = (chosen: readonly Setting[]): number =>
    new Set(compared.map((_, i) => chosen.map(({ values }) => values[i]).join('\n'))).size;
  const telling: Setting[] = [];
  for (const setting of settings.toReversed())
    if (distinct([...telling, setting]) > distinct(telling) && telling.length < mostInLabel) telling.push(setting);
  const others = settings.filter(setting => !telling.includes(setting) && setting.label !== t('Text'));
  const shown = [...telling, ...others].slice(0, mostInLabel);
  return compared.map(({ letter, run }, i) => {
    const parts = shown.map(({ label, values }) => (label === t('Seed') ? t('seed {0}', values[i] ?? '') : values[i]));
    return `${letter}: ${parts.length ? parts.join(', ') : run.name}`;
  });
}

/** Token in each place of a text as a run gives it, now or in the end; -1 where nothing is known. */
export function predictedOf({ details }: Compared): readonly number[] {
  const known = details?.outcome ?? details?.moments.at(-1)?.predicted;
  return details?.tokens.map((_, index) => known?.[index] ?? -1) ?? [];
}

/** Runs of one text that is cut into the same tokens, with what each gives. */
export interface TextGroup {
  readonly tokens: readonly { readonly id: number; readonly text: string }[];
  readonly members: readonly { readonly compared: Compared; readonly predicted: readonly number[] }[];
  /** Places where not all give the same. */
  readonly different: ReadonlySet<number>;
}

export function groupsOf(compared: readonly Compared[]): readonly TextGroup[] {
  const groups = new Map<string, Compared[]>();
  for (const one of compared) {
    if (!one.details) continue;
    const key = `${one.run.text}\n${one.details.tokens.map(({ id }) => id).join()}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map(all => {
    const tokens = all[0]?.details?.tokens ?? [];
    const members = all.map(one => ({ compared: one, predicted: predictedOf(one) }));
    const differs = (index: number): boolean => new Set(members.map(({ predicted }) => predicted[index])).size > 1;
    return { tokens, members, different: new Set([...tokens.keys()].filter(differs)) };
  });
}

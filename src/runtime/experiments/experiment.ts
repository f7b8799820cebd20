import type * as z from 'zod/mini';
import { UserError } from '../errors.ts';
import type { ContinuationWish } from '../operations/experiments.ts';
import { parseParameters } from '../operations/parse.ts';
import type { ReportFigure, ReportTable } from '../results/experiments.ts';
import type { Cell, CellOutcome } from './cell.ts';

/** What is known of the cells so far. */
export type Lookup = (cell: Cell) => CellOutcome | undefined;

/** The texts that an experiment may use, as far as planning needs to know them. */
export interface TextLengths {
  readonly count: number;
  /** Tokens of a text. */
  readonly lengthOf: (text: number) => number;
  /** What each continues, where the model wrote it. */
  readonly contexts?: readonly (string | undefined)[] | undefined;
}

/** The same, with what stands in them, as far as a report needs to know it. */
export interface ReadTexts extends TextLengths {
  /** The first tokens of a text. */
  readonly tokens?: ((text: number, length: number) => Int32Array) | undefined;
  /** What these are as a text. */
  readonly words?: ((text: number, length: number) => string) | undefined;
}

type Awaitable<T> = T | Promise<T>;

export const presets = ['quick', 'paper'] as const;
export type Preset = (typeof presets)[number];

/** Cells that can be computed side by side, planned from what those before them have shown. */
export type Stage = (found: Lookup) => readonly Cell[];

/** What the cells that are there show. */
export interface Shown {
  /** Beside the paper's numbers. */
  readonly tables: readonly ReportTable[];
  /** The same as pictures: as data, which reports and pages draw. What has no points yet is left out. */
  readonly figures: readonly ReportFigure[];
}

/** A table or figure of the paper: cells to be computed, and what is made of them. */
interface Declaration<Schema extends z.ZodMiniObject> {
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly summary: string;
  /** Which part of the paper it repeats. */
  readonly paper: string;
  /** Its settings, with the defaults of the quick preset. */
  readonly settings: Schema;
  /** What the paper has in their place. */
  readonly paperSettings: z.input<Schema>;
  /** A stage is planned when those before it are over, so that it can leave out what they have made hopeless. */
  readonly stages: (settings: z.output<Schema>, texts: TextLengths) => readonly Stage[];
  /** Continuations of the texts that it is made on in place of the texts; undefined for the texts themselves. */
  readonly continuations?: (settings: z.output<Schema>) => ContinuationWish | undefined;
  readonly report: (settings: z.output<Schema>, texts: ReadTexts, found: Lookup) => Awaitable<Shown>;
}

/** An experiment with its settings. */
export interface ChosenExperiment extends Pick<Declaration<z.ZodMiniObject>, 'name' | 'summary' | 'paper'> {
  readonly settings: Readonly<Record<string, unknown>>;
  stages(texts: TextLengths): readonly Stage[];
  readonly continuations: ContinuationWish | undefined;
  report(texts: ReadTexts, found: Lookup): Promise<Shown>;
}

export interface Experiment extends Pick<Declaration<z.ZodMiniObject>, 'name' | 'summary' | 'paper' | 'settings'> {
  /** @param given settings in place of the preset's; of a list one value will do @throws UserError naming one that is not valid. */
  choose(preset: Preset, given: Readonly<Record<string, unknown>>): ChosenExperiment;
}

export function experiment<Schema extends z.ZodMiniObject>(declared: Declaration<Schema>): Experiment {
  const { name, summary, paper, stages, report } = declared;
  return {
    name,
    summary,
    paper,
    settings: declared.settings,
    choose: (preset, given) => {
      const unknown = Object.keys(given).find(key => !Object.hasOwn(declared.settings.shape, key));
      if (unknown !== undefined)
        throw new UserError(
          `The experiment ${name} has no setting ${unknown}; it has ${Object.keys(declared.settings.shape).join(', ')}.`,
        );
      const asked = { ...(preset === 'paper' ? declared.paperSettings : {}), ...given };
      const settings = parseParameters(declared.settings, withLists(asked, parseParameters(declared.settings, {})));
      return {
        name,
        summary,
        paper,
        settings: { ...settings },
        stages: texts => stages(settings, texts),
        continuations: declared.continuations?.(settings),
        report: async (texts, found) => {
          const { tables, figures } = await report(settings, texts, found);
          return { tables, figures: figures.flatMap(withPoints) };
        },
      };
    },
  };
}

/** Where a setting is a list, a single value is a list of one. */
const withLists = (given: Readonly<Record<string, unknown>>, defaults: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      Array.isArray(defaults[key]) && !Array.isArray(value) ? [value] : value,
    ]),
  );

/** A figure without panels that nothing is drawn in; nothing when none is left. */
function withPoints(figure: ReportFigure): ReportFigure[] {
  const panels = figure.panels.filter(({ series }) =>
    series.some(({ kind, points }) => kind !== 'guide' && points.length > 0),
  );
  return panels.length ? [{ ...figure, panels }] : [];
}

/** The indices of the first texts of at least so many tokens. */
export function textsOf({ count, lengthOf }: TextLengths, length: number, most: number): number[] {
  const found: number[] = [];
  for (let text = 0; text < count && found.length < most; text++) if (lengthOf(text) >= length) found.push(text);
  return found;
}

import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../runtime/errors.ts';
import { hasRequest } from '../../runtime/experiments/folder.ts';
import { type GivenSettings, parseSettings } from '../../runtime/experiments/given-settings.ts';
import { type SourceRequest, textsFrom } from '../../runtime/experiments/texts.ts';
import { listExperiments, planExperiment } from '../../runtime/operations/experiments.ts';
import type { ExperimentPlan } from '../../runtime/results/experiments.ts';
import type { Engine } from '../engine.ts';
import type { AskedExperiment } from '../jobs/plan.ts';
import { counts } from '../localized-counts.ts';
import type { Settings } from '../settings.ts';

export interface AskingServices {
  readonly engine: Engine;
  readonly settings: Settings;
  /** Path of the held-out texts. */
  readonly passages: string;
}

const steps = 5;
/** Of each step; what has been answered is not lost when another window is looked at. */
const step = (number: number) => ({
  title: vscode.l10n.t('Run Experiment ({0}/{1})', number, steps),
  ignoreFocusOut: true,
});

/** Asks which experiment to run, on which texts, how large, and where. Undefined when the person changed their mind. */
export async function askForExperiment(services: AskingServices): Promise<AskedExperiment | undefined> {
  const { engine, settings, passages } = services;
  const { model } = settings;
  const listed = await engine.call(listExperiments, {});
  const experiment = await vscode.window.showQuickPick(
    listed.map(({ name, paper, summary, settings: own }) => ({
      ...{ label: name, description: paper, detail: sentence(summary), settings: own },
    })),
    { ...step(1), placeHolder: vscode.l10n.t('Which table or figure of the paper?'), matchOnDetail: true },
  );
  const source = experiment && (await askForTexts());
  if (!source) return undefined;
  const texts = (await textsFrom(source, passages)).texts.map(({ text }) => text);
  const plan = (preset: 'quick' | 'paper', given: GivenSettings = {}): Promise<ExperimentPlan> =>
    engine.call(planExperiment, { ...model, name: experiment.label, preset, settings: { ...given }, texts });
  const preset = await vscode.window.showQuickPick(presetItems(await plan('quick'), await plan('paper')), {
    ...step(3),
    placeHolder: vscode.l10n.t('How large?'),
  });
  if (!preset) return undefined;
  const given = await askForSettings(experiment.settings, chosen => plan(preset.preset, chosen));
  if (!given) return undefined;
  const out = await askForPlace(experiment.label);
  return out === undefined
    ? undefined
    : { out, name: experiment.label, preset: preset.preset, settings: given, model, source };
}

/** Asks for settings in place of the preset's, checks them as the command line does, and tells what they take. */
async function askForSettings(
  names: readonly string[],
  plan: (given: GivenSettings) => Promise<ExperimentPlan>,
): Promise<GivenSettings | undefined> {
  const text = await vscode.window.showInputBox({
    ...step(4),
    prompt: vscode.l10n.t('Settings in place of the preset, such as texts=4 lengths=8,16; none to leave it as it is'),
    placeHolder: names.join(', '),
    validateInput: async typed => {
      try {
        const planned = await plan(parseSettings(typed));
        if (!planned.cells)
          return vscode.l10n.t(
            'No text is as long as these settings ask for; ask for less, such as lengths=8, or begin again with longer texts.',
          );
        if (!typed.trim()) return undefined;
        return { message: sizeOf(planned), severity: vscode.InputBoxValidationSeverity.Info };
      } catch (error) {
        return messageOf(error);
      }
    },
  });
  return text === undefined ? undefined : parseSettings(text);
}

/** With a capital and a full stop. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

async function askForTexts(): Promise<SourceRequest | undefined> {
  const held = { paths: [], cut: 'whole', words: null } as const;
  const chosen = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('Held-out Prose'),
        detail: vscode.l10n.t('Passages of English books on which no model here was trained'),
        ask: () => Promise.resolve<SourceRequest | undefined>(held),
      },
      {
        label: vscode.l10n.t('Files or Folder ...'),
        detail: vscode.l10n.t('Each file is a text; of a folder its .txt and .md files'),
        ask: () => askForFiles('whole'),
      },
      {
        label: vscode.l10n.t('Second Half of Files or Folder ...'),
        detail: vscode.l10n.t('The second half of each file by its sentences, as the paper cuts its texts'),
        ask: () => askForFiles('second-half'),
      },
    ],
    { ...step(2), placeHolder: vscode.l10n.t('On which texts?') },
  );
  return await chosen?.ask();
}

async function askForFiles(cut: SourceRequest['cut']): Promise<SourceRequest | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: true,
    canSelectFolders: true,
    canSelectMany: true,
    openLabel: vscode.l10n.t('Use as Texts'),
  });
  return chosen?.length ? { paths: chosen.map(({ fsPath }) => fsPath), cut, words: null } : undefined;
}

const sizeOf = ({ cells, evaluations }: ExperimentPlan): string =>
  cells
    ? vscode.l10n.t('at most {0}, {1}', counts.cells(cells), counts.evaluations(evaluations))
    : vscode.l10n.t('no text is long enough');

function presetItems(quick: ExperimentPlan, paper: ExperimentPlan) {
  return [
    {
      label: 'quick',
      preset: 'quick' as const,
      description: sizeOf(quick),
      detail: vscode.l10n.t('Small enough for the demo model on two cores'),
    },
    {
      label: 'paper',
      preset: 'paper' as const,
      description: sizeOf(paper),
      detail: vscode.l10n.t("The paper's lengths, numbers of texts, seeds and training"),
    },
  ];
}

/** Path of a folder, by default in the first folder of the workspace. */
async function askForPlace(name: string): Promise<string | undefined> {
  const root = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
  if (root === undefined) {
    const openLabel = vscode.l10n.t('Put the Experiment Here');
    const [folder] = (await vscode.window.showOpenDialog({ canSelectFolders: true, openLabel })) ?? [];
    return folder && freeFolder(folder.fsPath, name);
  }
  const placeOf = (given: string): string => (isAbsolute(given) ? given : resolve(root, given));
  const given = await vscode.window.showInputBox({
    ...step(5),
    prompt: vscode.l10n.t('Folder for cells, tables and figures, in the workspace'),
    value: freeFolder('experiments', name, root),
    validateInput: async text => {
      if (!text.trim()) return vscode.l10n.t('Name a folder.');
      return (await hasRequest(placeOf(text.trim())))
        ? vscode.l10n.t('This folder holds an experiment already; choose another one, or continue that.')
        : undefined;
    },
  });
  return given === undefined ? undefined : placeOf(given.trim());
}

/** A folder that is not there yet, numbered if need be. */
function freeFolder(parent: string, name: string, root = ''): string {
  for (let number = 1; ; number++) {
    const folder = join(parent, number > 1 ? `${name}-${number}` : name);
    if (!existsSync(join(root, folder))) return folder;
  }
}

import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { cachedModels, type InstalledModel, missingFiles, modelsIn } from '../../runtime/models/hub/installed.ts';
import { type KnownModel, knownModels } from '../../runtime/models/hub/known-models.ts';
import { referenceText } from '../../runtime/models/hub/reference.ts';
import { parametersText, sizeText } from '../../runtime/models/hub/words.ts';
import { gibibytes, leastMemory, mayFit } from '../../runtime/onnxruntime/memory.ts';
import type { Settings } from '../settings.ts';

/** What a person chooses: a folder, a model to be fetched, or to name one of the two. */
export type ModelChoice =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'fetch'; readonly model: string }
  | { readonly kind: 'other folder' | 'other model' };

export interface ModelItem extends vscode.QuickPickItem {
  /** Undefined for what only stands between groups. */
  readonly choice?: ModelChoice;
}

const installedItem = ({ id, folder, revision }: InstalledModel): ModelItem => ({
  label: id,
  description: revision?.slice(0, 8) ?? '',
  detail: folder,
  choice: { kind: 'folder', folder },
});

const incompleteItem = ({ id, revision }: InstalledModel): ModelItem => ({
  label: `$(cloud-download) ${id}`,
  description: vscode.l10n.t('{0}, the download has not ended; continues it', revision?.slice(0, 8) ?? ''),
  choice: { kind: 'fetch', model: referenceText({ name: id, revision: revision ?? undefined }) },
});

function knownItem({ id, parameters, bytes, gated, licence }: KnownModel): ModelItem {
  const [size, count] = [sizeText(bytes), parametersText(parameters)];
  const needed = gibibytes(leastMemory(parameters));
  // A line of the list has room for some 80 characters.
  const facts = [
    mayFit(parameters)
      ? vscode.l10n.t('at least {0} of memory', needed)
      : vscode.l10n.t('too large for this processor: {0} of memory', needed),
    vscode.l10n.t('licence {0}', licence),
    ...(gated ? [vscode.l10n.t('to be accepted first')] : []),
  ];
  return {
    label: `$(cloud-download) ${id}`,
    description: vscode.l10n.t('{0} parameters, about {1}', count, size),
    detail: facts.join(', '),
    choice: { kind: 'fetch', model: id },
  };
}

const group = (label: string, items: readonly ModelItem[]): ModelItem[] =>
  items.length ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items] : [];

/** All that can be chosen: what is installed, well-known models that can be fetched, and ways to any other one. */
export async function modelItems(settings: Settings): Promise<ModelItem[]> {
  const { demoModel, modelFolder } = settings;
  const beside = modelFolder === demoModel ? [] : await modelsIn(dirname(modelFolder));
  const allowed = <T extends InstalledModel>(models: readonly T[]): T[] =>
    models.filter(({ folder }) => settings.mayLoad(folder));
  const cached = allowed(await cachedModels());
  const missing = await Promise.all(cached.map(({ folder }) => missingFiles(folder)));
  const whole = cached.filter((_, i) => !missing[i]?.length);
  // Without a tokenizer it may be something else than a language model, and no download of ours.
  const begun = cached.filter((_, i) => missing[i]?.length && !missing[i]?.includes('tokenizer.json'));
  const known = knownModels.filter(({ id }) => !cached.some(model => model.id === id));
  return [
    {
      label: vscode.l10n.t('Demo model'),
      description: vscode.l10n.t('comes with the extension'),
      choice: { kind: 'folder', folder: demoModel },
    },
    ...group(vscode.l10n.t('Installed in the Hugging Face cache'), [
      ...whole.map(installedItem),
      ...begun.map(incompleteItem),
    ]),
    ...group(vscode.l10n.t('Beside the current model'), allowed(beside).map(installedItem)),
    ...group(vscode.l10n.t('In the paper'), known.filter(({ inPaper }) => inPaper).map(knownItem)),
    ...group(vscode.l10n.t('Small models'), known.filter(({ inPaper }) => !inPaper).map(knownItem)),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      label: `$(cloud-download) ${vscode.l10n.t('Another model of the Hugging Face hub ...')}`,
      choice: { kind: 'other model' },
    },
    { label: `$(folder-opened) ${vscode.l10n.t('Another folder ...')}`, choice: { kind: 'other folder' } },
  ];
}

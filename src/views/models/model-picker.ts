import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import { cachedModels, holdsModel, type InstalledModel, modelsIn } from '../../runtime/models/hub/installed.ts';
import { loadModel } from '../../runtime/operations/models.ts';
import type { ModelSummary } from '../../runtime/results/models.ts';
import type { Engine } from '../engine.ts';
import type { Activities } from '../jobs/activities.ts';
import { showActivity, waitingText } from '../jobs/progress.ts';
import type { Reporter } from '../reporter.ts';
import type { Settings } from '../settings.ts';
import { chooseAnother, noModelIn } from './no-model.ts';
import { orAborted } from './or-aborted.ts';

interface ModelItem extends vscode.QuickPickItem {
  /** Undefined for "another folder". */
  readonly folder?: string;
}

const described = ({ id, folder, revision }: InstalledModel): ModelItem => ({
  label: id,
  description: revision?.slice(0, 8) ?? '',
  detail: folder,
  folder,
});

export interface ModelServices {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly activities: Activities;
  readonly reporter: Reporter;
  readonly demoModel: string;
}

/**
 * Lets the person choose a model, and loads it once so that a choice that does not work is told at once. Until it is
 * loaded everything goes on with the present one; who cancels keeps that.
 */
export async function selectModel(services: ModelServices): Promise<void> {
  const { settings } = services;
  const folder = await pick(settings, services.demoModel);
  if (!folder) return;
  if (!settings.mayLoad(folder)) {
    await offerTrust(services, folder);
    return;
  }
  if (!(await holdsModel(folder))) throw noModelIn(folder);
  const model = await load(services, folder).catch((error: unknown) => refuse(services, error));
  if (!model) return;
  await settings.chooseModel(folder);
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      '{0} is the model now: {1}, {2} million parameters, on {3} ({4}).',
      model.id,
      model.architecture,
      (model.parameters / 1e6).toFixed(1),
      model.device,
      model.deviceReason,
    ),
  );
}

/** Undefined when the person did not wait for it. */
async function load(
  { settings, engine, activities }: ModelServices,
  folder: string,
): Promise<ModelSummary | undefined> {
  const { device } = settings;
  const request = { kind: 'model', title: vscode.l10n.t('Loading {0}', folder) } as const;
  return await activities.run(request, ({ signal, report, activity }) => {
    const onWait = (models: string | undefined): void =>
      report({ message: models === undefined ? vscode.l10n.t('loading ...') : waitingText(models) });
    const load = (): Promise<ModelSummary> => engine.call(loadModel, { folder, device }, { signal, onWait });
    return showActivity(activities, activity, () => orAborted(load(), signal));
  });
}

/** Tells why a model cannot be loaded, and leads back to the list. @throws what a person cannot put right. */
async function refuse({ reporter }: ModelServices, error: unknown): Promise<undefined> {
  if (!(error instanceof UserError)) throw error;
  const { label, run } = chooseAnother();
  if ((await vscode.window.showErrorMessage(reporter.sentenceOf(error), label)) === label) await run();
  return undefined;
}

async function offerTrust(services: ModelServices, folder: string): Promise<void> {
  const trust = vscode.l10n.t('Manage Workspace Trust');
  const another = vscode.l10n.t('Choose Another Model');
  const message = vscode.l10n.t(
    'The model {0} lies in a workspace that you do not trust, and is not loaded; trust the workspace or choose another model.',
    folder,
  );
  const chosen = await vscode.window.showWarningMessage(message, trust, another);
  if (chosen === trust) await vscode.commands.executeCommand('workbench.trust.manage');
  if (chosen === another) await selectModel(services);
}

async function pick(settings: Settings, demoModel: string): Promise<string | undefined> {
  const current = settings.modelFolder;
  const beside = current === demoModel ? [] : await modelsIn(dirname(current));
  const allowed = (models: readonly InstalledModel[]): ModelItem[] =>
    models.filter(({ folder }) => settings.mayLoad(folder)).map(described);
  const group = (label: string, items: readonly ModelItem[]): ModelItem[] =>
    items.length ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
  const items: ModelItem[] = [
    { label: vscode.l10n.t('Demo model'), description: vscode.l10n.t('comes with the extension'), folder: demoModel },
    ...group(vscode.l10n.t('Hugging Face cache'), allowed(await cachedModels())),
    ...group(vscode.l10n.t('Beside the current model'), allowed(beside)),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: `$(folder-opened) ${vscode.l10n.t('Another folder ...')}` },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Model for Proto-Tokens'),
    placeHolder: settings.mayLoad(current)
      ? vscode.l10n.t('Now: {0}', current)
      : vscode.l10n.t('Now: {0}, which is not loaded from a workspace that you do not trust', current),
    matchOnDetail: true,
  });
  if (!chosen || chosen.folder) return chosen?.folder;
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t('Use this model folder'),
    })) ?? [];
  return folder?.fsPath;
}

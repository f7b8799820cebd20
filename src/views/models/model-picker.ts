import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import { holdsModel } from '../../runtime/models/hub/installed.ts';
import { gibibytes } from '../../runtime/onnxruntime/memory.ts';
import { openModel } from '../../runtime/operations/models.ts';
import type { ModelSummary } from '../../runtime/results/models.ts';
import { showActivity, waitingText } from '../jobs/progress.ts';
import type { Settings } from '../settings.ts';
import { askForModel, type FetchServices, fetchChosen } from './model-fetching.ts';
import { type ModelChoice, modelItems } from './model-items.ts';
import { chooseAnother, noModelIn } from './no-model.ts';
import { orAborted } from './or-aborted.ts';

export interface ModelServices extends FetchServices {
  readonly settings: Settings;
}

/**
 * Lets the person choose a model, and loads it once so that a choice that does not work is told at once. Until it is
 * loaded everything goes on with the present one; who cancels keeps that.
 */
export async function selectModel(services: ModelServices): Promise<void> {
  const { settings } = services;
  const choice = await pick(settings);
  const folder = choice && (await folderOf(services, choice));
  if (!folder) return;
  if (!settings.mayLoad(folder)) {
    await offerTrust(services, folder);
    return;
  }
  if (!(await holdsModel(folder))) throw noModelIn(folder);
  const model = await load(services, folder).catch((error: unknown) => refuse(services, error));
  if (!model) return;
  await settings.chooseModel(folder);
  const told = vscode.l10n.t(
    '{0} is the model now: {1}, {2} million parameters, on {3} ({4}).',
    model.id,
    model.architecture,
    (model.parameters / 1e6).toFixed(1),
    model.device,
    model.deviceReason,
  );
  const memory =
    model.memoryRemark ?? vscode.l10n.t('Training needs {0} of memory at most.', gibibytes(model.memory.peak));
  if (model.trains) void vscode.window.showInformationMessage(`${told} ${memory}`);
  else
    await offerAnother(
      vscode.window.showWarningMessage,
      vscode.l10n.t('{0} Files can be decoded and looked at with it. {1}', told, memory),
    );
}

/** Tells what is wrong with a model, and leads back to the list. */
async function offerAnother(
  show: (message: string, ...actions: string[]) => Thenable<string | undefined>,
  message: string,
): Promise<void> {
  const { label, run } = chooseAnother();
  if ((await show(message, label)) === label) await run();
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
    const load = (): Promise<ModelSummary> => engine.call(openModel, { folder, device }, { signal, onWait });
    return showActivity(activities, activity, () => orAborted(load(), signal));
  });
}

/** Tells why a model cannot be loaded. @throws what a person cannot put right. */
async function refuse({ reporter }: ModelServices, error: unknown): Promise<undefined> {
  if (!(error instanceof UserError)) throw error;
  await offerAnother(vscode.window.showErrorMessage, reporter.sentenceOf(error));
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

async function pick(settings: Settings): Promise<ModelChoice | undefined> {
  const current = settings.modelFolder;
  const chosen = await vscode.window.showQuickPick(await modelItems(settings), {
    title: vscode.l10n.t('Model for Proto-Tokens'),
    placeHolder: settings.mayLoad(current)
      ? vscode.l10n.t('Now: {0}', settings.isDemoModel ? vscode.l10n.t('demo model') : current)
      : vscode.l10n.t('Now: {0}, which is not loaded from a workspace that you do not trust', current),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.choice;
}

/** The folder of what was chosen, fetched if need be. Undefined when the person did not go on. */
async function folderOf(services: ModelServices, choice: ModelChoice): Promise<string | undefined> {
  switch (choice.kind) {
    case 'folder':
      return choice.folder;
    case 'fetch':
      return await fetchChosen(services, choice.model);
    case 'other model': {
      const model = await askForModel();
      return model && (await fetchChosen(services, model));
    }
    case 'other folder': {
      const openLabel = vscode.l10n.t('Use this model folder');
      const folders = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel });
      return folders?.[0]?.fsPath;
    }
  }
}

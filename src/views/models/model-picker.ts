import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { cachedModels, type InstalledModel, modelsIn } from '../../runtime/models/installed-models.ts';
import { loadModel } from '../../runtime/operations/models.ts';
import type { Engine } from '../engine.ts';
import type { Settings } from '../settings.ts';

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

/** Lets the person choose a model, and loads it once so that a choice that does not work is told at once. */
export async function selectModel(settings: Settings, engine: Engine, demoModel: string): Promise<void> {
  const folder = await pick(settings.modelFolder, demoModel);
  if (!folder) return;
  const { device } = settings.model;
  const loading = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Loading {0}', folder) };
  const model = await vscode.window.withProgress(loading, () =>
    engine.use(client => client.call(loadModel, { folder, device })),
  );
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

async function pick(current: string, demoModel: string): Promise<string | undefined> {
  const beside = current === demoModel ? [] : await modelsIn(dirname(current));
  const group = (label: string, items: readonly ModelItem[]): ModelItem[] =>
    items.length ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
  const items: ModelItem[] = [
    { label: vscode.l10n.t('Demo model'), description: vscode.l10n.t('comes with the extension'), folder: demoModel },
    ...group(vscode.l10n.t('Hugging Face cache'), (await cachedModels()).map(described)),
    ...group(vscode.l10n.t('Beside the present one'), beside.map(described)),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: `$(folder-opened) ${vscode.l10n.t('Another folder ...')}` },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Model for Proto-Tokens'),
    placeHolder: vscode.l10n.t('Now: {0}', current),
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

import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../runtime/errors.ts';
import { familiesText } from '../../runtime/models/architectures/families/titles.ts';
import { parseReference } from '../../runtime/models/hub/reference.ts';
import { parametersText, sizeText } from '../../runtime/models/hub/words.ts';
import { fetchModel, hubModel } from '../../runtime/operations/hub.ts';
import type { FetchProgress, HubModel } from '../../runtime/results/models.ts';
import type { Engine } from '../engine.ts';
import type { Activities } from '../jobs/activities.ts';
import { showActivity } from '../jobs/progress.ts';
import type { Reporter } from '../reporter.ts';
import { orAborted } from './or-aborted.ts';

export interface FetchServices {
  readonly engine: Engine;
  readonly activities: Activities;
  readonly reporter: Reporter;
  /** Keeps the token of the hub where the system keeps passwords. */
  readonly secrets: vscode.SecretStorage;
}

const secretName = 'protoTokens.huggingFaceToken';

/** Asks for a name on the hub. Undefined when the person gave none. */
export async function askForModel(): Promise<string | undefined> {
  const given = await vscode.window.showInputBox({
    title: vscode.l10n.t('Model of the Hugging Face hub'),
    prompt: vscode.l10n.t('organisation/name, with @revision if you want one. Families: {0}', familiesText),
    placeHolder: 'EleutherAI/pythia-160m',
    validateInput: text =>
      !text.trim() || parseReference(text) ? undefined : vscode.l10n.t('This is not organisation/name.'),
  });
  return given?.trim() || undefined;
}

/**
 * Fetches a model after the person has seen how large it is and under which licence it comes.
 *
 * @param model "organisation/name", with "@revision" if one is wanted
 * @returns its folder; undefined when the person did not want it, or cancelled
 * @throws UserError when it cannot be had.
 */
export async function fetchChosen(services: FetchServices, model: string): Promise<string | undefined> {
  const token = await services.secrets.get(secretName);
  const given = token === undefined ? { model } : { model, token };
  const told = await services.engine.call(hubModel, given);
  if (told.problem !== null) throw new UserError(told.problem);
  if (!(await agreed(told))) return undefined;
  try {
    return await fetch(services, given);
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    if (!(error instanceof UserError && told.gated)) throw error;
    return (await passGate(services, told, error)) ? await fetchChosen(services, model) : undefined;
  }
}

async function agreed({ id, revision, bytes, parameters, licence, gated }: HubModel): Promise<boolean> {
  const facts = [
    vscode.l10n.t('{0} to download', sizeText(bytes ?? 0)),
    ...(parameters === null ? [] : [vscode.l10n.t('{0} parameters', parametersText(parameters))]),
    licence === null ? vscode.l10n.t('no licence given') : vscode.l10n.t('licence {0}', licence),
    vscode.l10n.t('revision {0}', revision.slice(0, 8)),
  ];
  const gate = gated ? ` ${vscode.l10n.t('Its licence has to be accepted on its page first.')}` : '';
  const download = vscode.l10n.t('Download');
  const message = vscode.l10n.t('Download {0} from the Hugging Face hub?', id);
  const detail = `${facts.join(', ')}.${gate}`;
  return (await vscode.window.showInformationMessage(message, { modal: true, detail }, download)) === download;
}

async function fetch(
  { engine, activities }: FetchServices,
  given: { readonly model: string; readonly token?: string },
): Promise<string | undefined> {
  const request = { kind: 'model', title: vscode.l10n.t('Downloading {0}', given.model) } as const;
  return await activities.run(request, ({ signal, report, activity }) => {
    const onProgress = ({ bytes, of }: FetchProgress): void =>
      report({ message: vscode.l10n.t('{0} of {1}', sizeText(bytes), sizeText(of)), share: bytes / Math.max(1, of) });
    const fetching = engine.call(fetchModel, given, { signal, onProgress }).then(({ folder }) => folder);
    return showActivity(activities, activity, () => orAborted(fetching, signal));
  });
}

/** Leads through the gate of a model. @returns whether it is worth another try */
async function passGate({ reporter, secrets }: FetchServices, { id }: HubModel, error: UserError): Promise<boolean> {
  const page = vscode.l10n.t('Open Its Page');
  const token = vscode.l10n.t('Enter Token ...');
  const retry = vscode.l10n.t('Try Again');
  const chosen = await vscode.window.showErrorMessage(reporter.sentenceOf(error), page, token, retry);
  if (chosen === page) await vscode.env.openExternal(vscode.Uri.parse(`https://huggingface.co/${id}`));
  if (chosen === retry) return true;
  if (chosen !== token) return false;
  const given = await vscode.window.showInputBox({
    title: vscode.l10n.t('Token of the Hugging Face hub'),
    prompt: vscode.l10n.t(
      'A token with read access from huggingface.co/settings/tokens; it is kept where VS Code keeps secrets. Empty removes it.',
    ),
    password: true,
    ignoreFocusOut: true,
  });
  if (given === undefined) return false;
  if (given.trim()) await secrets.store(secretName, given.trim());
  else await secrets.delete(secretName);
  return true;
}

import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import { referenceText } from '../../runtime/models/hub/reference.ts';
import { inspect } from '../../runtime/operations/compression.ts';
import { findModel } from '../../runtime/operations/hub.ts';
import type { ModelRequest } from '../../runtime/operations/operation.ts';
import { inspectSolutions } from '../../runtime/operations/solutions.ts';
import type { NamedFile } from '../../runtime/results/files.ts';
import type { Engine } from '../engine.ts';
import { Remedied } from '../notice.ts';
import type { Settings } from '../settings.ts';

/**
 * The model that a file was made with: the chosen one, the demo model, or one in the Hugging Face cache.
 *
 * @throws UserError when the file is not ours, or naming what to fetch when the model is not installed.
 */
export async function modelOfFile(
  engine: Pick<Engine, 'call'>,
  settings: Settings,
  given: NamedFile,
): Promise<ModelRequest> {
  const folders = [settings.modelFolder, settings.demoModel].filter(folder => settings.mayLoad(folder));
  const found = engine.call(findModel, { ...given, folders }).catch(error => offerToFetch(engine, given, error));
  return { folder: await found, device: settings.device };
}

/** Adds a button that fetches the model, where the file names one of the hub. @throws the error, or the same with a button. */
async function offerToFetch(engine: Pick<Engine, 'call'>, given: NamedFile, error: unknown): Promise<never> {
  if (!(error instanceof UserError)) throw error;
  const looked = given.name.endsWith('.json')
    ? engine.call(inspectSolutions, given)
    : engine.call(inspect, { ...given, size: given.file.length });
  // A file that is not ours names no model.
  const made = await looked.then(({ model }) => model).catch(() => undefined);
  if (!made?.id.includes('/')) throw error;
  const model = referenceText({ name: made.id, revision: made.revision ?? undefined });
  const named =
    made.revision === null ? made.id : vscode.l10n.t('{0} at revision {1}', made.id, made.revision.slice(0, 8));
  const message = vscode.l10n.t(
    '{0} was made with the model {1}, which is not installed; fetch it to see what the file holds.',
    given.name,
    named,
  );
  const run = (): unknown => vscode.commands.executeCommand('protoTokens.selectModel', model);
  throw new Remedied(message, [{ label: vscode.l10n.t('Fetch Model'), run }]);
}

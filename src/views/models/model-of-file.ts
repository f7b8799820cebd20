import { findModel } from '../../runtime/operations/hub.ts';
import type { ModelRequest } from '../../runtime/operations/operation.ts';
import type { Engine } from '../engine.ts';
import type { Settings } from '../settings.ts';

/**
 * The model that a file was made with: the chosen one, the demo model, or one in the Hugging Face cache.
 *
 * @throws UserError when the file is not ours, or naming what to fetch when the model is not installed.
 */
export async function modelOfFile(
  engine: Engine,
  settings: Settings,
  given: { readonly file: Uint8Array; readonly name: string },
): Promise<ModelRequest> {
  const folders = [settings.modelFolder, settings.demoModel].filter(folder => settings.mayLoad(folder));
  return { folder: await engine.call(findModel, { ...given, folders }), device: settings.device };
}

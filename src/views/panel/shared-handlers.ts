import * as vscode from 'vscode';
import { tokenTexts } from '../../runtime/operations/models.ts';
import type { ModelRequest } from '../../runtime/operations/operation.ts';
import type { Engine } from '../engine.ts';
import type { PanelRequests } from '../requests.ts';
import type { Handlers } from './channel.ts';
import { exportFile } from './export.ts';

/** What every page may ask for. @param model whose tokens the page shows */
export function sharedHandlers(
  engine: Pick<Engine, 'call'>,
  model: () => ModelRequest,
): Pick<Handlers<PanelRequests>, 'tokenTexts' | 'exportFile' | 'showGlossary'> {
  return {
    tokenTexts: ({ ids }) => engine.call(tokenTexts, { ...model(), ids }),
    exportFile: ({ name, content }) => exportFile(name, content),
    showGlossary: async ({ term }) => {
      await vscode.commands.executeCommand('protoTokens.showGlossary', term);
      return null;
    },
  };
}

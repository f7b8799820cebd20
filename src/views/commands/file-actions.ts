import * as vscode from 'vscode';
import type { PanelAction } from '../requests.ts';

const commands: Partial<Readonly<Record<PanelAction, string>>> = {
  decode: 'decodeToNewDocument',
  compare: 'compareWithCurrentFile',
  verify: 'verifyAgainstWorkspace',
  exportVectors: 'exportVectors',
  openAsText: 'openAsText',
};

/** The buttons of the file editor: each is a command that the explorer offers too. */
export async function fileAction(file: vscode.Uri, action: PanelAction): Promise<void> {
  const command = commands[action];
  if (!command) throw new Error(`the editor of .proto files has no button for ${action}`);
  await vscode.commands.executeCommand(`protoTokens.${command}`, file);
}

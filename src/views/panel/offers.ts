import * as vscode from 'vscode';

/** What pages offer where something is missing or went wrong, and the command that does it. */
const commands: Readonly<Record<string, string>> = {
  selectModel: 'protoTokens.selectModel',
  showLog: 'protoTokens.showLog',
  compressSelection: 'protoTokens.compressSelection',
  openSample: 'protoTokens.openSample',
};

/** Does what a page offers, if it needs no more than a command. @returns whether it did */
export async function takeOffer(offer: string): Promise<boolean> {
  const command = commands[offer];
  if (command === undefined) return false;
  await vscode.commands.executeCommand(command);
  return true;
}

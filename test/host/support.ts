import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

export const extensionId = 'proto-tokens.proto-tokens';

/** A place in the workspace. */
export function place(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert(folder, 'no workspace is open');
  return vscode.Uri.joinPath(folder.uri, name);
}

export async function write(name: string, content: string | Uint8Array): Promise<vscode.Uri> {
  const uri = place(name);
  await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return uri;
}

/**
 * A document that was never saved. VS Code may hand over one that is just being closed, under the name that the new one gets;
 * then it is asked once more.
 */
export function untitled(content: string): Promise<vscode.TextDocument> {
  return until('a new document has its text', async () => {
    const document = await vscode.workspace.openTextDocument({ content });
    return document.getText() === content ? document : undefined;
  });
}

/** Shows a document and selects a part of its text. */
export async function select(document: vscode.TextDocument, text: string): Promise<vscode.TextEditor> {
  const start = document.getText().indexOf(text);
  assert(start >= 0, `"${text}" is not in the document`);
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(start + text.length));
  return editor;
}

/** Waits until a value is found. */
export async function until<T>(what: string, find: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + 300_000; Date.now() < end; await sleep(100)) {
    const found = await find();
    if (found !== undefined) return found;
  }
  throw new Error(`this did not happen in five minutes: ${what}`);
}

/** The lines over the compressed texts of a document. */
export async function lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const all: vscode.CodeLens[] = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', document.uri);
  return all.filter(({ command }) => command?.command.startsWith('protoTokens.'));
}

export async function lensWith(document: vscode.TextDocument, title: RegExp): Promise<vscode.CodeLens> {
  return await until(`a CodeLens says ${title}`, async () =>
    (await lenses(document)).find(({ command }) => command && title.test(command.title)),
  );
}

/** Compresses a text of a document; returns when every token comes out right, with the job's id. */
export async function compress(document: vscode.TextDocument, text: string): Promise<string> {
  await select(document, text);
  await vscode.commands.executeCommand('protoTokens.compressSelection');
  return jobOf(await lensWith(document, /^\$\(check\)/));
}

export function jobOf({ command }: vscode.CodeLens): string {
  const id: unknown = command?.arguments?.[0];
  assert(typeof id === 'string');
  return id;
}

export const activeTab = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

/** Processes of the engine that this extension host has started. */
export function engines(): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
        return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine.mjs');
      } catch {
        return false;
      }
    })
    .map(Number);
}

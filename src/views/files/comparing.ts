import * as vscode from 'vscode';
import { openText } from '../editor/open-text.ts';
import { Notice } from '../notice.ts';
import { type DecodedDocuments, textNameOf } from './decoded-documents.ts';
import type { ProtoFiles } from './proto-files.ts';
import { nameOf } from './saving.ts';

/** Holds the text of a .proto file against the files of the workspace. */
export class Comparing {
  constructor(
    private readonly files: ProtoFiles,
    private readonly decoded: DecodedDocuments,
  ) {}

  /** Shows the differences between the decoded text and the text file that is open beside it. */
  async withCurrentFile(file: vscode.Uri): Promise<void> {
    // What has no column is no document that somebody works on: the log, say, or one side of other differences.
    const beside = vscode.window.visibleTextEditors.filter(
      ({ document: { uri }, viewColumn }) => viewColumn !== undefined && !uri.path.endsWith('.proto'),
    );
    const editor = beside.find(shown => shown === vscode.window.activeTextEditor) ?? beside[0];
    const other = editor?.document.uri ?? (await this.findSource(file)) ?? (await pickFile());
    if (other) await this.showDifferences(file, other);
  }

  /** Shows the differences between the texts of two .proto files. */
  async twoFiles(first: vscode.Uri, second: vscode.Uri): Promise<void> {
    const title = `${nameOf(first)} ↔ ${nameOf(second)}`;
    await vscode.commands.executeCommand('vscode.diff', this.decoded.uriOf(first), this.decoded.uriOf(second), title);
  }

  /**
   * Says whether the text stands in the file of the workspace that it was named after, to the last character, or shows
   * how they differ.
   */
  async verify(file: vscode.Uri): Promise<void> {
    const { text } = await this.files.decode(file);
    const source = (await this.findSource(file)) ?? (await pickFile());
    if (!source) return;
    const document = await openText(source);
    const place = document.getText().indexOf(text);
    const name = vscode.workspace.asRelativePath(source);
    if (place >= 0) {
      const line = document.positionAt(place).line + 1;
      const open = vscode.l10n.t('Show');
      const message = vscode.l10n.t('{0} holds the text of {1} exactly, at line {2}.', name, nameOf(file), line);
      if ((await vscode.window.showInformationMessage(message, open)) === open) {
        const selection = new vscode.Range(document.positionAt(place), document.positionAt(place + text.length));
        await vscode.window.showTextDocument(document, { selection });
      }
    } else {
      const compare = vscode.l10n.t('Compare');
      const message = vscode.l10n.t('{0} does not hold the text of {1} any more.', name, nameOf(file));
      if ((await vscode.window.showWarningMessage(message, compare)) === compare)
        await this.showDifferences(file, source);
    }
  }

  private async showDifferences(file: vscode.Uri, other: vscode.Uri): Promise<void> {
    const title = `${nameOf(file)} ↔ ${vscode.workspace.asRelativePath(other)}`;
    await vscode.commands.executeCommand('vscode.diff', this.decoded.uriOf(file), other, title);
  }

  /** The file that a .proto file was named after: the nearest one of that name, with or without its ending. */
  private async findSource(file: vscode.Uri): Promise<vscode.Uri | undefined> {
    const name = textNameOf(file).replace(/-\d+$/, '');
    const found = await vscode.workspace.findFiles(`**/{${name},${name}.*}`, '**/node_modules/**', 50);
    const texts = found.filter(uri => !uri.path.endsWith('.proto'));
    const common = ({ path }: vscode.Uri): number => {
      let length = 0;
      while (length < path.length && path[length] === file.path[length]) length++;
      return length;
    };
    return texts.sort((a, b) => common(b) - common(a))[0];
  }
}

async function pickFile(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({ openLabel: vscode.l10n.t('Compare with this file') });
  return picked?.[0];
}

/** @throws Notice when there are not exactly two. */
export function pairOf(selected: readonly vscode.Uri[] | undefined): [vscode.Uri, vscode.Uri] {
  const [first, second, ...more] = selected ?? [];
  if (!first || !second || more.length)
    throw new Notice(vscode.l10n.t('Select exactly two .proto files to compare their texts.'));
  return [first, second];
}

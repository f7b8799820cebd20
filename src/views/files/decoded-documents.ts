import * as vscode from 'vscode';
import type { ProtoFiles } from './proto-files.ts';
import { nameOf, protoEnding } from './saving.ts';

const scheme = 'proto-tokens';

/** Read-only documents with the decoded text of a file, for comparing it with others. */
export class DecodedDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  constructor(private readonly files: ProtoFiles) {}

  /**
   * The document of a file, as the file is now. Its name is that of the text, so that its language is recognised.
   */
  uriOf(file: vscode.Uri): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${textNameOf(file)}`, query: file.toString() });
    // It may be open still, with what an earlier file at this place held.
    this.changed.fire(uri);
    return uri;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return (await this.files.decode(vscode.Uri.parse(uri.query))).text;
  }

  /** An ordinary new document that can be edited and saved. */
  async openAsNew(file: vscode.Uri): Promise<vscode.TextDocument> {
    const { text } = await this.files.decode(file);
    const document = await vscode.workspace.openTextDocument({ content: text, language: 'plaintext' });
    await vscode.window.showTextDocument(document);
    return document;
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

/** "notes.md.tokens.proto" -> "notes.md" */
export function textNameOf(file: vscode.Uri): string {
  const name = nameOf(file);
  return name.endsWith(protoEnding) ? name.slice(0, -protoEnding.length) : name.replace(/\.proto$/, '');
}

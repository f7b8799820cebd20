import * as vscode from 'vscode';

/** Not texts that a person would compress from a button elsewhere. */
const otherSchemes: readonly string[] = ['output', 'comment', 'vscode-scm'];

/**
 * The text editor that had the focus last. Pages, views and panels take the focus away, but their buttons are about the
 * text that the person came from.
 */
export class LastEditor implements vscode.Disposable {
  private last: vscode.TextEditor | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  /** Another editor is the last one now, or something else is selected in it. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor() {
    this.remember(vscode.window.activeTextEditor);
    this.subscriptions = [
      this.changed,
      vscode.window.onDidChangeActiveTextEditor(editor => this.remember(editor)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.last) this.changed.fire();
      }),
      vscode.workspace.onDidCloseTextDocument(document => {
        if (document !== this.last?.document) return;
        this.last = undefined;
        this.changed.fire();
      }),
    ];
  }

  /** It may be hidden by now; what was selected in it is still known. */
  get current(): vscode.TextEditor | undefined {
    return vscode.window.activeTextEditor ?? this.last;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private remember(editor: vscode.TextEditor | undefined): void {
    if (!editor || otherSchemes.includes(editor.document.uri.scheme)) return;
    this.last = editor;
    this.changed.fire();
  }
}

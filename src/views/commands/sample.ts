import * as vscode from 'vscode';

const remembered = 'sample';
/**
 * A new document always has this address, so that it is found again; the name is that of its jobs and files. Long lines of
 * Markdown are wrapped.
 */
const untitled = vscode.Uri.parse('untitled:sample.md');

/** The text to try things on. It is opened once; who wants it again is shown the same document. */
export class Sample {
  /** @param state of the workspace, which may have a sample of its own */
  constructor(private readonly state: vscode.Memento) {}

  /** Takes a file of the workspace for the sample from now on. */
  async adopt(uri: vscode.Uri): Promise<void> {
    await this.state.update(remembered, uri.toString());
  }

  /** Shows the sample, its first sentences selected. */
  async open(): Promise<vscode.TextEditor> {
    const own = this.state.get<string>(remembered);
    const document =
      (own && (await vscode.workspace.openTextDocument(vscode.Uri.parse(own)).then(found => found, gone))) ||
      (await newDocument());
    return await showSelected(document);
  }
}

const gone = (): undefined => undefined;

async function newDocument(): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(untitled);
  if (!document.getText()) {
    const edit = new vscode.WorkspaceEdit();
    const text = vscode.l10n.t(
      'The lamp burned all night, and the sea was calm. In the morning the keeper walked down to the village for bread.',
    );
    edit.insert(untitled, new vscode.Position(0, 0), text);
    await vscode.workspace.applyEdit(edit);
  }
  return document;
}

/** Shows a document with its first line of prose selected, where it covers neither the walkthrough nor the panel. */
async function showSelected(document: vscode.TextDocument): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(document, { viewColumn: columnFor(document), preview: false });
  const line = firstProse(document);
  editor.selection = new vscode.Selection(line.range.start, line.range.end);
  editor.revealRange(line.range);
  return editor;
}

function firstProse(document: vscode.TextDocument): vscode.TextLine {
  for (let number = 0; number < document.lineCount; number++) {
    const line = document.lineAt(number);
    if (!line.isEmptyOrWhitespace && !line.text.startsWith('#')) return line;
  }
  return document.lineAt(0);
}

/** Where it is open, or else where a text is; beside a page that is alone in the window. */
function columnFor(document: vscode.TextDocument): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const isIt = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString();
  const isText = ({ activeTab }: vscode.TabGroup): boolean =>
    !activeTab || activeTab.input instanceof vscode.TabInputText;
  const group = all.find(({ tabs }) => tabs.some(isIt)) ?? (isText(activeTabGroup) ? activeTabGroup : all.find(isText));
  return group?.viewColumn ?? vscode.ViewColumn.Beside;
}

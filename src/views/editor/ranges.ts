import * as vscode from 'vscode';
import type { TextSource } from '../jobs/source.ts';

/** Range in a document of a part of a compressed text, or of all of it; start and end are UTF-16 offsets in the text. */
export function rangeOf(
  source: TextSource,
  document: vscode.TextDocument,
  start = 0,
  end = source.length,
): vscode.Range {
  return new vscode.Range(document.positionAt(source.offset + start), document.positionAt(source.offset + end));
}

import * as vscode from 'vscode';
import { decode } from '../../runtime/operations/compression.ts';
import { vectorsIn } from '../achievement.ts';
import { openText } from '../editor/open-text.ts';
import { rangeOf } from '../editor/ranges.ts';
import type { Engine } from '../engine.ts';
import { exists } from '../files/saving.ts';
import type { UnsavedResults } from '../files/unsaved-results.ts';
import type { Job } from '../jobs/job.ts';
import { counts } from '../localized-counts.ts';
import { Notice, type WayOn } from '../notice.ts';
import { columnOfText } from '../panel/text-column.ts';
import { wordToChange } from './word-to-change.ts';

/** In which a walkthrough takes the focus after one of its buttons was pressed. */
const walkthroughMilliseconds = 1000;

/** What can be done with a result, saved or not: decode it, break it, look inside. */
export class ResultActions {
  constructor(
    private readonly engine: Engine,
    private readonly results: UnsavedResults,
  ) {}

  /** Decodes the vectors to a new document, beside nothing that is looked at. @throws Notice without a result. */
  async decode(job: Job): Promise<void> {
    const { model, title, choices } = job.request;
    const { text, seconds } = await this.engine.call(decode, { ...model, file: fileOf(job), name: title });
    const document = await vscode.workspace.openTextDocument({ content: text, language: 'plaintext' });
    await vscode.window.showTextDocument(document, {
      viewColumn: (job.source && columnOfText(job.source.uri)) ?? vscode.ViewColumn.One,
    });
    const vectors = vectorsIn(job.result()?.segments ?? 1, choices.sharedM);
    const milliseconds = Math.max(1, Math.round(1000 * seconds)).toLocaleString();
    const message =
      text === job.request.text
        ? vscode.l10n.t(
            'Decoded {0} in {1} ms; the text is the same to the last character.',
            counts.vectors(vectors),
            milliseconds,
          )
        : vscode.l10n.t('Decoded {0} in {1} ms.', counts.vectors(vectors), milliseconds);
    void vscode.window.showInformationMessage(message);
  }

  /** Selects a word of the text, so that the next word typed takes its place, and says what to do then. */
  async breakIt(job: Job): Promise<void> {
    const { source, request } = job;
    if (!source) throw new Notice(vscode.l10n.t('The text of {0} is not open in an editor.', request.title));
    // First: whether it was edited meanwhile is known when it is open.
    const document = await openText(source.uri);
    if (source.isStale) throw new Notice(vscode.l10n.t('{0} has been edited already.', request.title), [again(job)]);
    const word = wordToChange(request.text);
    if (!word) throw new Notice(vscode.l10n.t('{0} has no word that could be changed.', request.title));
    const selection = rangeOf(source, document, word.start, word.end);
    await showToType(document, { viewColumn: columnOfText(source.uri) ?? vscode.ViewColumn.One, selection });
    // Without a button it goes away by itself: the line over the text has the next step.
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        '“{0}” is selected: type another word in its place. Then choose Compress Again above the text, which trains only what has changed.',
        document.getText(selection),
      ),
    );
  }

  /** Opens the result in the editor of .proto files, from where it is kept. @throws Notice without a result. */
  async lookInside(job: Job): Promise<void> {
    fileOf(job);
    const saved = job.saved && vscode.Uri.parse(job.saved.uri);
    const uri = saved && (await exists(saved)) ? saved : this.results.uriOf(job);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'protoTokens.file');
  }
}

/**
 * Gives a text the focus, and again when it is taken away at once: a walkthrough gives it to its own step a quarter of a
 * second after a button of the step was pressed.
 */
async function showToType(document: vscode.TextDocument, options: vscode.TextDocumentShowOptions): Promise<void> {
  await vscode.window.showTextDocument(document, options);
  const taken = vscode.window.onDidChangeActiveTextEditor(editor => {
    taken.dispose();
    if (!editor) void vscode.window.showTextDocument(document, options);
  });
  setTimeout(() => taken.dispose(), walkthroughMilliseconds);
}

function fileOf({ file, request }: Job): Uint8Array {
  if (!file) throw new Notice(vscode.l10n.t('{0} has no result yet.', request.title));
  return file;
}

function again({ id }: Job): WayOn {
  return {
    label: vscode.l10n.t('Compress Again'),
    run: () => vscode.commands.executeCommand('protoTokens.compressAgain', id),
  };
}

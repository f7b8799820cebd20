import * as vscode from 'vscode';
import { holdsModel } from '../../runtime/models/hub/installed.ts';
import type { ModelRequest } from '../../runtime/operations/operation.ts';
import type { LastEditor } from '../editor/last-editor.ts';
import { openText } from '../editor/open-text.ts';
import { rangeOf } from '../editor/ranges.ts';
import type { Engine } from '../engine.ts';
import { nameOf } from '../files/saving.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { TextSource } from '../jobs/source.ts';
import { noModelIn } from '../models/no-model.ts';
import { Notice, type WayOn } from '../notice.ts';
import type { Choices } from '../protocol.ts';
import type { Settings } from '../settings.ts';
import { askWhenLong } from './asking.ts';
import type { Sample } from './sample.ts';

/** A part of a document that is to be compressed. */
interface Passage {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
  readonly title: string;
}

export interface CompressingServices {
  readonly queue: JobQueue;
  readonly settings: Settings;
  readonly engine: Engine;
  readonly lastEditor: LastEditor;
  readonly sample: Sample;
}

/** Starts jobs from what a person has selected, and once more from earlier ones. */
export class Compressing {
  constructor(private readonly services: CompressingServices) {}

  /**
   * Every selection of the last text editor, each as a job of its own; of the sample when there is no editor.
   *
   * @returns the jobs, in the order of their texts; none when the person changed their mind
   * @throws Notice when nothing is selected.
   */
  async selections(): Promise<Job[]> {
    const { lastEditor, sample } = this.services;
    const { document, selections } = lastEditor.current ?? (await sample.open());
    const chosen = selections.filter(range => !range.isEmpty);
    if (!chosen.length)
      throw new Notice(vscode.l10n.t('Nothing is selected in {0}.', titleOf(document.uri)), this.otherTexts(document));
    const texts = chosen.filter(range => document.getText(range).trim());
    if (!texts.length)
      throw new Notice(
        vscode.l10n.t('Only white space is selected in {0}; select some words.', titleOf(document.uri)),
        this.otherTexts(document),
      );
    return await this.start(
      texts
        .sort((a, b) => a.start.compareTo(b.start))
        .map(range => ({ document, range, title: `${titleOf(document.uri)}:${range.start.line + 1}` })),
    );
  }

  /** The sample, opened and selected. */
  async ofSample(): Promise<Job[]> {
    const { document, selection } = await this.services.sample.open();
    return await this.start([
      { document, range: selection, title: `${titleOf(document.uri)}:${selection.start.line + 1}` },
    ]);
  }

  /**
   * The whole text of a file, or of the document in the last text editor.
   *
   * @returns the job; none when the person changed their mind
   * @throws Notice when it holds nothing that could be compressed.
   */
  async file(uri: vscode.Uri | undefined): Promise<Job[]> {
    const target = uri ?? this.services.lastEditor.current?.document.uri;
    if (!target) throw new Notice(vscode.l10n.t('No text file is open.'), [this.trySample()]);
    const document = await openText(target, [this.trySample()]);
    const text = document.getText();
    const name = titleOf(document.uri);
    if (!text)
      throw new Notice(vscode.l10n.t('{0} is empty, so there is nothing to compress.', name), [this.trySample()]);
    if (!text.trim())
      throw new Notice(vscode.l10n.t('{0} holds only white space, so there is nothing to compress.', name), [
        this.trySample(),
      ]);
    return await this.start([{ document, range: wholeOf(document), title: name }]);
  }

  /** The same text once more, with other choices or as it stands now. */
  again(job: Job, changed: Partial<Choices> = {}, continueFrom?: Uint8Array): Job {
    const { title, text, model, choices } = job.request;
    const { source } = job;
    const place = source && new TextSource(source.uri, source.offset, source.length);
    const request = { title, text, model, choices: { ...choices, ...changed } };
    return this.services.queue.start(continueFrom ? { ...request, continueFrom } : request, place);
  }

  /** What stands now where a text was that has been edited since. What was not edited keeps its vectors. */
  async current(job: Job): Promise<Job[]> {
    const { source } = job;
    if (!source) throw new Notice(vscode.l10n.t('It is not known where the text of {0} was.', job.request.title));
    const editor =
      vscode.window.visibleTextEditors.find(({ document }) => source.isIn(document)) ??
      (await vscode.window.showTextDocument(await openText(source.uri)));
    const { document } = editor;
    const range = document.validateRange(rangeOf(source, document));
    if (!document.getText(range).trim())
      throw new Notice(vscode.l10n.t('Nothing is left of the text of {0}.', job.request.title), [
        ...this.otherTexts(document),
      ]);
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range);
    return await this.start([{ document, range, title: job.request.title }], job);
  }

  private async start(passages: readonly Passage[], earlier?: Job): Promise<Job[]> {
    const { queue, settings, engine } = this.services;
    const { model, choices } = settings;
    if (!(await holdsModel(model.folder))) throw noModelIn(model.folder);
    const texts = passages.map(({ document, range }) => document.getText(range));
    if (!(await askWhenLong({ title: passages[0]?.title ?? '', texts, model, choices }, queue.jobs, engine))) return [];
    const continueFrom = earlier && vectorsFor(earlier, model, choices);
    return passages.map(({ document, range, title }, i) => {
      const text = texts[i] ?? '';
      const request = { title, text, model, choices, ...(continueFrom ? { continueFrom } : {}) };
      return queue.start(request, new TextSource(document.uri, document.offsetAt(range.start), text.length));
    });
  }

  private otherTexts(document: vscode.TextDocument): WayOn[] {
    const whole = {
      label: vscode.l10n.t('Compress Whole File'),
      run: () => vscode.commands.executeCommand('protoTokens.compressFile', document.uri),
    };
    return document.getText().trim() ? [whole, this.trySample()] : [this.trySample()];
  }

  private trySample(): WayOn {
    return {
      label: vscode.l10n.t('Try a Sample'),
      run: () => vscode.commands.executeCommand('protoTokens.compressSample'),
    };
  }
}

/** The file of an earlier job, if its vectors can be a start for these choices. */
function vectorsFor({ request, file }: Job, model: ModelRequest, choices: Choices): Uint8Array | undefined {
  const sameModel = model.folder === request.model.folder;
  const sameArrangement = choices.arrangement === request.choices.arrangement;
  const shared = choices.sharedM || request.choices.sharedM;
  return sameModel && sameArrangement && !shared ? file : undefined;
}

function wholeOf(document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
}

function titleOf(uri: vscode.Uri): string {
  return nameOf(uri) || uri.toString();
}

import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import type { CudaSupport } from '../cuda-support.ts';
import type { MarkedTexts } from '../editor/marked-texts.ts';
import { goToMismatch } from '../editor/token-pointer.ts';
import type { Engine } from '../engine.ts';
import { type Comparing, pairOf } from '../files/comparing.ts';
import type { DecodedDocuments } from '../files/decoded-documents.ts';
import type { ProtoFiles } from '../files/proto-files.ts';
import { exportVectors } from '../files/vector-export.ts';
import type { Activities, Activity } from '../jobs/activities.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { idOf, namedJob } from '../jobs/named-job.ts';
import { selectModel } from '../models/model-picker.ts';
import type { ReportWriting } from '../report-writing.ts';
import type { Reporter } from '../reporter.ts';
import type { PanelAction } from '../requests.ts';
import type { Settings } from '../settings.ts';
import { showGlossary } from '../show-glossary.ts';
import type { SolutionFinding } from '../solutions/finding.ts';
import { type FilesTree, urisOf } from '../trees/files-tree.ts';
import type { Compressing } from './compressing.ts';
import type { JobActions } from './job-actions.ts';
import { type RunServices, runCommands } from './run-commands.ts';

export interface CommandServices extends RunServices {
  readonly activities: Activities;
  readonly compressing: Compressing;
  readonly actions: JobActions;
  readonly comparing: Comparing;
  readonly cuda: CudaSupport;
  readonly decoded: DecodedDocuments;
  readonly engine: Engine;
  readonly files: ProtoFiles;
  readonly filesTree: FilesTree;
  readonly queue: JobQueue;
  readonly reporter: Reporter;
  readonly settings: Settings;
  readonly texts: MarkedTexts;
  readonly finding: SolutionFinding;
  readonly reports: ReportWriting;
  readonly demoModel: string;
  readonly extensionUri: vscode.Uri;
  readonly showPanel: (job: Job) => void;
}

export type Command = (...given: readonly unknown[]) => unknown;

/** Registers every command of package.json. */
export function registerCommands(services: CommandServices): vscode.Disposable {
  const { reporter } = services;
  const commands = {
    ...jobCommands(services),
    ...fileCommands(services),
    ...solutionCommands(services),
    ...reportCommands(services),
    ...otherCommands(services),
    ...runCommands(services, given => jobOf(services.queue, services.texts, given)),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`protoTokens.${name}`, reporter.guarded(command)),
    ),
  );
}

function jobCommands(services: CommandServices): Record<string, Command> {
  const { compressing, actions, queue, texts, showPanel } = services;
  const action =
    (name: PanelAction): Command =>
    given =>
      actions.act(jobOf(queue, texts, given), name);
  return {
    compressSelection: () => showPanel(compressing.selection()),
    compressFile: async given => showPanel(await compressing.file(urisOf(given, undefined)[0])),
    compressAgain: async given => showPanel(await compressing.current(jobOf(queue, texts, given))),
    showPanel: given => showPanel(jobOf(queue, texts, given)),
    cancel: given => runningOf(services, given).cancel(),
    save: action('save'),
    trainLonger: action('trainLonger'),
    tryArrangement: action('tryArrangement'),
    trySeed: action('trySeed'),
    openSaved: async given => {
      const { saved } = jobOf(queue, texts, given);
      if (!saved) throw new UserError(vscode.l10n.t('The result of this job has not been saved yet; save it first.'));
      await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.parse(saved.uri), 'protoTokens.file');
    },
  };
}

function fileCommands({ comparing, decoded, files, filesTree }: CommandServices): Record<string, Command> {
  const file =
    (work: (uri: vscode.Uri) => unknown): Command =>
    (given, selected) =>
      work(fileOf(given, selected, filesTree));
  return {
    decodeToNewDocument: file(uri => decoded.openAsNew(uri)),
    verifyAgainstWorkspace: file(uri => comparing.verify(uri)),
    compareWithCurrentFile: file(uri => comparing.withCurrentFile(uri)),
    exportVectors: file(uri => exportVectors(files, uri)),
    openInEditor: file(uri => vscode.commands.executeCommand('vscode.openWith', uri, 'protoTokens.file')),
    openAsText: file(uri => vscode.commands.executeCommand('vscode.openWith', uri, 'default')),
    compareFiles: (given, selected) => {
      const chosen = urisOf(given, selected);
      return comparing.twoFiles(...pairOf(chosen.length > 1 ? chosen : filesTree.selected));
    },
    refreshFiles: () => filesTree.refresh(),
  };
}

function solutionCommands({ finding, filesTree, queue, texts }: CommandServices): Record<string, Command> {
  return {
    findSolutions: (given, selected) => {
      const uris = urisOf(given, selected);
      if (uris.length) return finding.ofFiles(uris);
      const editor = vscode.window.activeTextEditor;
      if (!given && editor && !editor.selection.isEmpty) return finding.ofSelections();
      const { request, source } = jobOf(queue, texts, given);
      return finding.ofText(request.title, request.text, source?.uri);
    },
    findContinuations: () => finding.ofContinuations(),
    compareSolutions: (given, selected) => {
      const chosen = urisOf(given, selected);
      return finding.gather(chosen.length > 1 ? chosen : filesTree.selected);
    },
  };
}

function reportCommands({ reports, queue, texts }: CommandServices): Record<string, Command> {
  return {
    writeReport: (given, selected) => {
      const [named] = urisOf(given, selected);
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      const open = input instanceof vscode.TabInputCustom ? input.uri : undefined;
      const file = named ?? (given ? undefined : open);
      return file ? reports.ofFile(file) : reports.ofJob(jobOf(queue, texts, given));
    },
  };
}

function otherCommands({
  activities,
  cuda,
  demoModel,
  engine,
  extensionUri,
  reporter,
  settings,
  texts,
}: CommandServices): Record<string, Command> {
  return {
    selectModel: () => selectModel({ settings, engine, activities, demoModel }),
    nextMismatch: () => goToMismatch(texts, 1),
    previousMismatch: () => goToMismatch(texts, -1),
    toggleGhostText: () => settings.toggleGhostText(),
    addCudaSupport: async () => {
      if (!(await cuda.add())) return;
      engine.restart();
      const needs = vscode.l10n.t(
        'The CUDA provider is there. It needs an NVIDIA driver, CUDA 12 and cuDNN 9; where the system does not find them, the setting "Library Path" names their folder.',
      );
      void vscode.window.showInformationMessage(needs);
    },
    restartEngine: () => engine.restart(),
    showLog: () => reporter.log.show(),
    showGlossary: given => showGlossary(extensionUri, typeof given === 'string' ? given : undefined),
    openSample: async () => {
      const text = vscode.l10n.t(
        'The lamp burned all night, and the sea was calm. In the morning the keeper walked down to the village for bread.',
      );
      const document = await vscode.workspace.openTextDocument({ content: text, language: 'plaintext' });
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(document.positionAt(0), document.positionAt(text.length));
    },
  };
}

/** The job that a command is about: named by a CodeLens or a list, else the one under the cursor, else the latest. */
function jobOf(queue: JobQueue, texts: MarkedTexts, given: unknown): Job {
  return namedJob(given, queue.jobs, () => {
    const editor = vscode.window.activeTextEditor;
    const here = editor && texts.in(editor.document);
    const cursor = editor?.document.offsetAt(editor.selection.active) ?? 0;
    const under = here?.find(({ source }) => cursor >= source.offset && cursor <= source.offset + source.length);
    return under?.job ?? queue.running ?? queue.jobs.at(-1);
  });
}

/** What is to be cancelled: what is named, else what the engine works for, else what waits. */
function runningOf({ queue, activities }: CommandServices, given: unknown): { cancel(): void } {
  const running = queue.running ?? activities.running.at(-1) ?? queue.jobs.findLast(({ isOver }) => !isOver);
  if (!running && idOf(given) === undefined)
    throw new UserError(vscode.l10n.t('Nothing is running that could be cancelled.'));
  return namedJob<Job | Activity>(given, [...queue.jobs, ...activities.all], () => running);
}

/** The file that a command is about: the one clicked, else the one open in front. */
function fileOf(given: unknown, selected: unknown, tree: FilesTree): vscode.Uri {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const open = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? [input.uri] : [];
  const [uri] = [...urisOf(given, selected), ...open.filter(({ path }) => path.endsWith('.proto')), ...tree.selected];
  if (!uri) throw new UserError(vscode.l10n.t('Choose a .proto file first.'));
  return uri;
}

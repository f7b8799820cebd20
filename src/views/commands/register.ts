import * as vscode from 'vscode';
import type { CudaSupport } from '../cuda-support.ts';
import type { LastEditor } from '../editor/last-editor.ts';
import type { MarkedTexts } from '../editor/marked-texts.ts';
import { goToMismatch } from '../editor/token-pointer.ts';
import type { Engine } from '../engine.ts';
import type { Experiments } from '../experiments/running.ts';
import { type Comparing, pairOf } from '../files/comparing.ts';
import type { DecodedDocuments } from '../files/decoded-documents.ts';
import type { ProtoFiles } from '../files/proto-files.ts';
import { exists } from '../files/saving.ts';
import { exportVectors } from '../files/vector-export.ts';
import type { GlossaryView } from '../glossary-view.ts';
import type { Activities } from '../jobs/activities.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { fetchChosen } from '../models/model-fetching.ts';
import { selectModel } from '../models/model-picker.ts';
import { Notice } from '../notice.ts';
import type { ReportWriting } from '../report-writing.ts';
import type { Reporter } from '../reporter.ts';
import type { PanelAction } from '../requests.ts';
import type { Settings } from '../settings.ts';
import type { SolutionFinding } from '../solutions/finding.ts';
import { type FilesTree, urisOf } from '../trees/files-tree.ts';
import type { Compressing } from './compressing.ts';
import type { JobActions } from './job-actions.ts';
import { fileOf, hasResult, type JobsAtHand, jobOf, runningOf } from './meant.ts';
import { type RunServices, runCommands } from './run-commands.ts';
import type { Sample } from './sample.ts';

export interface CommandServices extends RunServices, JobsAtHand {
  readonly activities: Activities;
  readonly compressing: Compressing;
  readonly actions: JobActions;
  readonly comparing: Comparing;
  readonly cuda: CudaSupport;
  readonly decoded: DecodedDocuments;
  readonly engine: Engine;
  readonly experiments: Experiments;
  readonly files: ProtoFiles;
  readonly filesTree: FilesTree;
  readonly lastEditor: LastEditor;
  readonly queue: JobQueue;
  readonly reporter: Reporter;
  readonly sample: Sample;
  readonly settings: Settings;
  readonly texts: MarkedTexts;
  readonly finding: SolutionFinding;
  readonly reports: ReportWriting;
  readonly secrets: vscode.SecretStorage;
  readonly glossary: GlossaryView;
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
    ...experimentCommands(services),
    ...otherCommands(services),
    ...runCommands(services, given => jobOf(services, given)),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`protoTokens.${name}`, reporter.guarded(command)),
    ),
  );
}

function jobCommands(services: CommandServices): Record<string, Command> {
  const { compressing, actions, showPanel } = services;
  const job = (given: unknown): Job => jobOf(services, given);
  const showFirst = ([first]: readonly Job[]): void => {
    if (first) showPanel(first);
  };
  const action =
    (name: PanelAction, serves?: (candidate: Job) => boolean): Command =>
    given =>
      actions.act(jobOf(services, given, serves), name);
  return {
    compressSelection: async () => showFirst(await compressing.selections()),
    compressSample: async () => showFirst(await compressing.ofSample()),
    compressFile: async given => showFirst(await compressing.file(urisOf(given, undefined)[0])),
    compressAgain: async given => showFirst(await compressing.current(job(given))),
    showPanel: given => showPanel(job(given)),
    cancel: given => runningOf(services, given).cancel(),
    save: action('save', hasResult),
    decodeResult: action('decode', hasResult),
    breakIt: action('breakIt', hasResult),
    lookInside: action('lookInside', hasResult),
    trainLonger: action('trainLonger', ({ isOver }) => isOver),
    tryArrangement: action('tryArrangement'),
    trySeed: action('trySeed'),
    openSaved: async given => {
      const meant = job(given);
      const { saved } = meant;
      if (!saved) throw new Notice(vscode.l10n.t('The result of this job has not been saved yet; save it first.'));
      if (!(await exists(vscode.Uri.parse(saved.uri)))) {
        meant.markSaved(null);
        const save = { label: vscode.l10n.t('Save Again'), run: () => actions.act(meant, 'save') };
        throw new Notice(vscode.l10n.t('{0} is not there any more; it may have been moved or deleted.', saved.name), [
          save,
        ]);
      }
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

function solutionCommands(services: CommandServices): Record<string, Command> {
  const { finding, filesTree } = services;
  return {
    findSolutions: (given, selected) => {
      const uris = urisOf(given, selected);
      if (uris.length) return finding.ofFiles(uris);
      const editor = vscode.window.activeTextEditor;
      if (!given && editor && !editor.selection.isEmpty) return finding.ofSelections();
      const { request, source } = jobOf(services, given);
      return finding.ofText(request.title, request.text, source?.uri);
    },
    findContinuations: () => finding.ofContinuations(),
    compareSolutions: (given, selected) => {
      const chosen = urisOf(given, selected);
      return finding.gather(chosen.length > 1 ? chosen : filesTree.selected);
    },
  };
}

function reportCommands(services: CommandServices): Record<string, Command> {
  const { reports } = services;
  return {
    writeReport: (given, selected) => {
      const [named] = urisOf(given, selected);
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      const open = input instanceof vscode.TabInputCustom ? input.uri : undefined;
      const file = named ?? (given ? undefined : open);
      return file ? reports.ofFile(file) : reports.ofJob(jobOf(services, given));
    },
  };
}

function experimentCommands({ experiments }: CommandServices): Record<string, Command> {
  return {
    runExperiment: () => experiments.start(),
    continueExperiment: given => experiments.continue(urisOf(given, undefined)[0]),
    showExperiment: given => experiments.showListed(String(given)),
  };
}

function otherCommands({
  activities,
  cuda,
  engine,
  glossary,
  reporter,
  secrets,
  sample,
  settings,
  texts,
}: CommandServices): Record<string, Command> {
  return {
    selectModel: (model: unknown) => {
      const services = { settings, engine, activities, reporter, secrets };
      // A file that was made with a model offers to fetch that one.
      return typeof model === 'string' ? fetchChosen(services, model) : selectModel(services);
    },
    nextMismatch: () => goToMismatch(texts, 1),
    previousMismatch: () => goToMismatch(texts, -1),
    toggleGhostText: () => settings.toggleGhostText(),
    addCudaSupport: async () => {
      if (!(await cuda.add())) return;
      engine.restart();
      const needs = vscode.l10n.t(
        'The CUDA provider is there (its signature was not checked). It needs an NVIDIA driver, CUDA 12 and cuDNN 9; where the system does not find them, the setting "Library Path" names their folder.',
      );
      void vscode.window.showInformationMessage(needs);
    },
    restartEngine: () => engine.restart(),
    showLog: () => reporter.log.show(),
    showGlossary: given => glossary.show(typeof given === 'string' ? given : null),
    openSample: () => sample.open(),
  };
}

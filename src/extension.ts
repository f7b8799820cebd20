import { join } from 'node:path';
import * as vscode from 'vscode';
import { Compressing } from './views/commands/compressing.ts';
import { fileAction } from './views/commands/file-actions.ts';
import { JobActions } from './views/commands/job-actions.ts';
import { registerCommands } from './views/commands/register.ts';
import { ResultActions } from './views/commands/result-actions.ts';
import { Sample } from './views/commands/sample.ts';
import { CudaSupport } from './views/cuda-support.ts';
import { LastEditor } from './views/editor/last-editor.ts';
import { MarkedTexts } from './views/editor/marked-texts.ts';
import { MismatchLens } from './views/editor/mismatch-lens.ts';
import { MismatchMarks } from './views/editor/mismatch-marks.ts';
import { PredictedText } from './views/editor/predicted-text.ts';
import { EditorTokenPointer } from './views/editor/token-pointer.ts';
import { Engine } from './views/engine.ts';
import { ExperimentPanels } from './views/experiments/experiment-panels.ts';
import { Experiments } from './views/experiments/running.ts';
import { Comparing } from './views/files/comparing.ts';
import { DecodedDocuments } from './views/files/decoded-documents.ts';
import { MovedFiles } from './views/files/moved-files.ts';
import { ProtoEditor } from './views/files/proto-editor.ts';
import { ProtoFiles } from './views/files/proto-files.ts';
import { UnsavedResults } from './views/files/unsaved-results.ts';
import { GlossaryView } from './views/glossary-view.ts';
import { Activities, type Activity } from './views/jobs/activities.ts';
import type { Job } from './views/jobs/job.ts';
import { JobQueue } from './views/jobs/job-queue.ts';
import { JobStore } from './views/jobs/job-store.ts';
import { listWords } from './views/jobs/list-words.ts';
import { ListedEngine } from './views/jobs/listed-engine.ts';
import { showOutcomes } from './views/jobs/outcome.ts';
import { showProgress } from './views/jobs/progress.ts';
import { Removing } from './views/jobs/removing.ts';
import { offerToResume } from './views/jobs/resuming.ts';
import { TextSource } from './views/jobs/source.ts';
import { JobPanels } from './views/panel/job-panel.ts';
import { ReportWriting } from './views/report-writing.ts';
import { Reporter } from './views/reporter.ts';
import type { PanelAction } from './views/requests.ts';
import { RunsPanels } from './views/runs/runs-panel.ts';
import { Settings } from './views/settings.ts';
import { Connecting } from './views/solutions/connecting.ts';
import { SolutionFinding } from './views/solutions/finding.ts';
import { SolutionsEditor } from './views/solutions/solutions-editor.ts';
import { ModelItem, StateItem } from './views/status-bar.ts';
import { FilesTree } from './views/trees/files-tree.ts';
import { JobsTree } from './views/trees/jobs-tree.ts';
import { Walkthrough, welcome } from './views/walkthrough.ts';

/** Makes the services and hands them to the views. The engine starts with the first work, not here. */
export function activate({
  extensionUri,
  extensionPath,
  storageUri,
  globalStorageUri,
  subscriptions,
  workspaceState,
  secrets,
}: vscode.ExtensionContext): void {
  const demoModel = join(extensionPath, 'media', 'demo-model');
  const reporter = new Reporter();
  const settings = new Settings(demoModel);
  const cuda = new CudaSupport(join(globalStorageUri.fsPath, 'cuda'), extensionPath, settings);
  const engine = new Engine(
    join(extensionPath, 'dist', 'engine.mjs'),
    settings,
    reporter,
    cuda,
    join(globalStorageUri.fsPath, 'devices.json'),
  );
  const store = new JobStore(join((storageUri ?? globalStorageUri).fsPath, 'jobs'));
  const activities = new Activities(store, error => reporter.note(error));
  const queue = new JobQueue({
    engine,
    store,
    activities,
    reporter,
    sourceOf: ({ uri, offset, length }) => new TextSource(vscode.Uri.parse(uri), offset, length),
  });
  const texts = new MarkedTexts(queue);
  const files = new ProtoFiles(engine, settings);
  const decoded = new DecodedDocuments(files);
  const comparing = new Comparing(files, decoded);
  const lastEditor = new LastEditor();
  const sample = new Sample(workspaceState);
  const walkthrough = new Walkthrough(queue);
  const compressing = new Compressing({ queue, settings, engine, lastEditor, sample });
  const results = new UnsavedResults(queue);
  const finding = new SolutionFinding(engine, settings, activities);
  const connecting = new Connecting(engine, activities);
  const goOn = async (activity: Activity): Promise<void> => {
    const { plan } = activity;
    if (plan?.kind === 'solutions') await finding.resume(activity, plan);
    else if (plan?.kind === 'experiment') await experiments.resume(activity, plan);
    else if (plan) await connecting.resume(activity, plan);
  };
  const pointer = new EditorTokenPointer(() => walkthrough.reach('lookedClosely'));
  const filesTree = new FilesTree(files);
  const glossary = new GlossaryView(extensionUri, reporter);
  const actions = new JobActions({
    queue,
    compressing,
    results: new ResultActions(engine, results),
    settings,
    walkthrough,
    show: job => panels.show(job),
    chooseArrangement: job => panels.show(job).chooseArrangement(),
  });
  /** What hinders somebody is told in the panel, what does not in a message. */
  const act = (job: Job, action: PanelAction): Promise<void> => reporter.noticed(() => actions.act(job, action));
  const jobsTree = new JobsTree(queue, activities);
  const runs = new RunsPanels({ extensionUri, engine, queue, settings, reporter });
  const panels = new JobPanels({
    extensionUri,
    engine,
    queue,
    reporter,
    pointer,
    act,
    tryArrangement: (job, arrangement) => actions.tryArrangement(job, arrangement),
    lookAt: job => texts.lookAt(job),
  });
  const experiments = new Experiments({
    engine,
    settings,
    activities,
    reporter,
    passages: join(extensionPath, 'bench', 'passages.json'),
    demoModel,
    show: live => experimentPanels.show(live),
  });
  const experimentPanels = new ExperimentPanels({
    extensionUri,
    engine,
    reporter,
    act: (live, action) => experiments.act(live, action),
    open: out => experiments.open(out),
  });
  subscriptions.push(
    reporter,
    engine,
    queue,
    activities,
    texts,
    decoded,
    pointer,
    filesTree,
    glossary,
    lastEditor,
    results,
    walkthrough,
    panels,
    new ProtoEditor({ extensionUri, engine, settings, reporter, act: fileAction }),
    new SolutionsEditor({
      extensionUri,
      engineFor: file => new ListedEngine(engine, activities, listWords, file.toString()),
      settings,
      reporter,
    }),
    new MovedFiles(queue),
    new MismatchMarks(texts),
    new PredictedText(texts, settings),
    new MismatchLens(texts),
    jobsTree,
    runs,
    experimentPanels,
    new ModelItem(settings, engine),
    new StateItem({ queue, activities, texts, lastEditor }),
    showProgress(queue, panels),
    showOutcomes(queue, panels, {
      act: (job, action) => reporter.guarded(() => act(job, action))(),
      show: job => panels.show(job),
      compare: jobs => runs.show(jobs),
    }),
    offerToResume(queue, {
      job: job => {
        queue.resume(job);
        panels.show(job);
      },
      activity: activity => void reporter.guarded(goOn)(activity),
    }),
    registerCommands({
      activities,
      actions,
      compressing,
      comparing,
      cuda,
      decoded,
      engine,
      experiments,
      files,
      filesTree,
      finding,
      lastEditor,
      goOn,
      jobsTree,
      removing: new Removing(queue, activities, work => reporter.guarded(work)),
      compareRuns: jobs => runs.show(jobs),
      queue,
      reporter,
      reports: new ReportWriting(engine, settings, demoModel),
      sample,
      settings,
      texts,
      secrets,
      glossary,
      showPanel: job => panels.show(job),
      focusedJob: () => panels.focused,
    }),
  );
  // Not awaited: the window need not wait until earlier jobs have been read.
  void reporter.guarded(() => queue.restore())();
  void reporter.guarded(() => welcome(sample))();
}

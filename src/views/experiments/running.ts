import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { version } from '../../../package.json';
import { pages } from '../../report/files.ts';
import { Cancelled, UserError } from '../../runtime/errors.ts';
import {
  type ExperimentRequest,
  hasRequest,
  readRequest,
  recordsFile,
  writeRequest,
} from '../../runtime/experiments/folder.ts';
import { inFolder } from '../../runtime/experiments/lock.ts';
import { type Source, type SourceRequest, textsFrom } from '../../runtime/experiments/texts.ts';
import { deviceChoices } from '../../runtime/onnxruntime/device-names.ts';
import { reportExperiment, runExperiment } from '../../runtime/operations/experiments.ts';
import { loadModel } from '../../runtime/operations/models.ts';
import type { ExperimentProgress, ExperimentResult } from '../../runtime/results/experiments.ts';
import type { Engine } from '../engine.ts';
import { checkOwnFolder } from '../files/saving.ts';
import type { Activities, Activity, ListedAndKept } from '../jobs/activities.ts';
import { listWords } from '../jobs/list-words.ts';
import type { AskedExperiment, ExperimentPlan } from '../jobs/plan.ts';
import { counts } from '../localized-counts.ts';
import { showMarkdown } from '../markdown-page.ts';
import type { Reporter } from '../reporter.ts';
import type { ExperimentAction } from '../requests.ts';
import type { Settings } from '../settings.ts';
import { askForExperiment } from './asking.ts';
import { askForFolder } from './folders.ts';
import { LiveExperiment } from './live-experiment.ts';
import { progressOf } from './progress.ts';
import { writeExperimentReport } from './report.ts';

export interface ExperimentServices {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly activities: Activities;
  readonly reporter: Reporter;
  /** Path of the held-out texts. */
  readonly passages: string;
  readonly demoModel: string;
  /** Shows the page of an experiment. */
  readonly show: (live: LiveExperiment) => void;
}

/** Runs experiments of the paper in the engine, each in a folder from which it goes on whatever became of its window. */
export class Experiments {
  private readonly byFolder = new Map<string, LiveExperiment>();
  private readonly running = new Map<string, Activity>();

  constructor(private readonly services: ExperimentServices) {}

  /** Asks what to run, and runs it. */
  async start(): Promise<void> {
    const asked = await askForExperiment(this.services);
    if (asked) await this.runInList(asked);
  }

  /** Goes on with the experiment of a folder: the one of this file, or one of the workspace that is asked for. */
  async continue(file: vscode.Uri | undefined): Promise<void> {
    const out = file ? dirname(file.fsPath) : await askForFolder();
    if (out === undefined) return;
    const live = await this.open(out);
    if (live.isRunning) this.services.show(live);
    else await this.runInList(live.asked);
  }

  /** Goes on with an experiment that an earlier window had begun, or that has failed. */
  async resume(activity: Activity, { parameters }: ExperimentPlan): Promise<void> {
    if (activity.isOver) await this.run(activity, parameters);
  }

  /** Shows the page of an experiment that is listed. */
  async showListed(id: string): Promise<void> {
    const { activities, show } = this.services;
    const plan = activities.all.find(activity => activity.id === id)?.plan;
    if (plan?.kind !== 'experiment') return;
    const { parameters } = plan;
    // One whose model was never loaded has no folder yet.
    show((await hasRequest(parameters.out)) ? await this.open(parameters.out) : this.of(parameters));
  }

  /** Does what a button of the page of an experiment says. */
  async act(live: LiveExperiment, action: ExperimentAction): Promise<void> {
    const { asked, isRunning } = live;
    const folder = vscode.Uri.file(asked.out);
    if (action === 'cancel') this.running.get(asked.out)?.cancel();
    // Not awaited: the page gets its answer when the work has begun, and hears of its end.
    else if (action === 'continue' && !isRunning) void this.services.reporter.guarded(() => this.runInList(asked))();
    else if (action === 'openReport') await this.openReport(live);
    else if (action === 'revealFolder') await vscode.commands.executeCommand('revealInExplorer', folder);
    else if (action === 'showLog') this.services.reporter.log.show();
  }

  /** Writes the report of what there is so far, and shows it. */
  async openReport(live: LiveExperiment): Promise<void> {
    const { request, report } = live;
    if (!request || !report)
      throw new UserError(vscode.l10n.t('There is nothing to report yet; wait until the first cells have ended.'));
    await writeExperimentReport(live.asked.out, request, report, this.services.demoModel);
    await showMarkdown(vscode.Uri.file(join(live.asked.out, pages.markdown)));
  }

  /**
   * The experiment of a folder, with what its records show.
   *
   * @throws UserError when the folder holds none, or its texts are others than before.
   */
  async open(out: string): Promise<LiveExperiment> {
    const known = this.byFolder.get(out);
    if (known?.isRunning) return known;
    const request = await readRequest(out);
    if (!request)
      throw new UserError(vscode.l10n.t('{0} holds no experiment; choose a folder that has an experiment.json.', out));
    const { experiment: name, preset, settings, model, source, shard } = request;
    this.checkPlaces(out, model.folder);
    const device = deviceChoices.find(choice => choice === request.device) ?? 'auto';
    const live = this.of({ out, name, preset, settings, model: { folder: model.folder, device }, source });
    const texts = (await this.textsOf(source, out)).texts.map(({ text }) => text);
    const { folder } = model;
    const { continuations } = source;
    const records = recordsFile(out);
    const parameters = { folder, device, name, preset, settings, texts, continuations, records, shard };
    live.learn(request, await this.services.engine.call(reportExperiment, parameters));
    return live;
  }

  private of(asked: AskedExperiment): LiveExperiment {
    const known = this.byFolder.get(asked.out);
    if (known) {
      if (!known.isRunning) known.ask(asked);
      return known;
    }
    const live = new LiveExperiment(asked, vscode.workspace.asRelativePath(asked.out));
    this.byFolder.set(asked.out, live);
    return live;
  }

  /** @throws UserError when the model may not be loaded, or the folder of the experiment is not where it seems to be. */
  private checkPlaces(out: string, model: string): void {
    if (!this.services.settings.mayLoad(model))
      throw new UserError(
        vscode.l10n.t('The model {0} lies in a workspace that you do not trust; trust the workspace first.', model),
      );
    checkOwnFolder(vscode.Uri.file(out));
  }

  private async runInList(asked: AskedExperiment): Promise<void> {
    const plan: ExperimentPlan = {
      id: randomUUID(),
      kind: 'experiment',
      title: vscode.l10n.t('Experiment {0}', basename(asked.out)),
      place: { name: asked.name, uri: vscode.Uri.file(asked.out).toString() },
      parameters: asked,
    };
    // What an earlier window has left of it in the list goes on.
    const left = this.services.activities.all.find(
      activity => activity.plan?.kind === 'experiment' && activity.plan.parameters.out === asked.out,
    );
    await this.run(left ?? plan, asked);
  }

  private async run(given: ExperimentPlan | Activity, asked: AskedExperiment): Promise<void> {
    const { activities, reporter, show } = this.services;
    this.checkPlaces(asked.out, asked.model.folder);
    const live = this.of(asked);
    if (live.isRunning) return show(live);
    live.begin();
    show(live);
    try {
      const result = await activities.keep(given, listed => this.compute(live, listed));
      live.end();
      void this.tellEnd(live, result).catch(error => reporter.show(error));
    } catch (error) {
      live.end(error instanceof Cancelled ? null : reporter.sentenceOf(error));
    } finally {
      this.running.delete(asked.out);
    }
  }

  private async compute(live: LiveExperiment, { signal, report, activity }: ListedAndKept): Promise<ExperimentResult> {
    const { engine, demoModel } = this.services;
    const { out, name, preset, settings, model, source: from } = live.asked;
    this.running.set(out, activity);
    signal.addEventListener('abort', () => live.cancel());
    const onWait = (others: string | undefined): void => {
      live.wait(listWords.waiting(others));
      report({ message: listWords.waiting(others) });
    };
    const { id, fingerprint, device } = await engine.call(loadModel, model, { signal, onWait });
    const source = await this.textsOf(from, out);
    // The folder of a shard goes on being that.
    const shard = (await readRequest(out))?.shard;
    const request: ExperimentRequest = {
      experiment: name,
      preset,
      settings: { ...settings },
      model: { folder: model.folder, id, fingerprint },
      device,
      source: { name: source.name, sha256: source.sha256, texts: source.texts.length, ...from },
      shard,
      software: version,
    };
    const texts = source.texts.map(({ text }) => text);
    const { continuations } = from;
    const asked = { ...model, name, preset, settings: { ...settings }, texts, continuations, shard };
    const onProgress = (progress: ExperimentProgress): void => {
      live.tell(progress);
      report(progressOf(progress));
    };
    const result = await inFolder(out, async () => {
      await writeRequest(out, request);
      live.learn(request);
      const parameters = { ...asked, records: recordsFile(out), live: true };
      return await engine.call(runExperiment, parameters, { signal, onWait, onProgress });
    });
    live.learn(request, result);
    await writeExperimentReport(out, request, result, demoModel);
    return result;
  }

  /** @throws UserError when the texts are others than before: their cells would lie among those of the earlier ones. */
  private async textsOf(from: SourceRequest, out: string): Promise<Source> {
    const now = await textsFrom(from, this.services.passages);
    const before = (await readRequest(out))?.source;
    if (before && before.sha256 !== now.sha256)
      throw new UserError(vscode.l10n.t('The texts of {0} have changed since ({1}); restore them.', out, before.name));
    return now;
  }

  private async tellEnd(live: LiveExperiment, result: ExperimentResult | undefined): Promise<void> {
    const { asked } = live;
    const [openReport, goOn] = [vscode.l10n.t('Open Report'), vscode.l10n.t('Continue')];
    const isOver = result !== undefined && !result.cancelled;
    const failed = result?.failures.length ?? 0;
    const message = isOver
      ? failed
        ? vscode.l10n.t('Experiment {0}: {1}, {2} failed.', asked.name, counts.cells(result.cells), failed)
        : vscode.l10n.t('Experiment {0} is complete: {1}.', asked.name, counts.cells(result.cells))
      : vscode.l10n.t('Experiment {0} was cancelled; the cells so far are kept.', asked.name);
    const chosen = await vscode.window.showInformationMessage(message, ...(isOver ? [] : [goOn]), openReport);
    if (chosen === openReport) await this.openReport(live);
    if (chosen === goOn) await this.runInList(asked);
  }
}

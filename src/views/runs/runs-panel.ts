import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import { tokenize, tokenTexts } from '../../runtime/operations/models.ts';
import { arrangements } from '../../runtime/training/arrangement.ts';
import type { Engine } from '../engine.ts';
import type { Job, JobChange } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { Channel, type Handlers } from '../panel/channel.ts';
import { sharedHandlers } from '../panel/shared-handlers.ts';
import { fillWebview } from '../panel/webview-page.ts';
import type { Reporter } from '../reporter.ts';
import { type RunsRequests, runsRequests } from '../requests.ts';
import type { Settings } from '../settings.ts';
import type { RunDetails, RunsMessage } from './protocol.ts';
import { outcomeOf, runView } from './run-view.ts';

const runsType = 'protoTokens.runs';

export interface RunsServices {
  readonly extensionUri: vscode.Uri;
  readonly engine: Engine;
  readonly queue: JobQueue;
  readonly settings: Settings;
  readonly reporter: Reporter;
}

/** The page that compares the runs of the list, live. */
class RunsPanel implements vscode.Disposable {
  private readonly channel: Channel<RunsRequests, RunsMessage>;
  private readonly subscriptions: vscode.Disposable[];
  private readonly heard = new Map<Job, { dispose(): void }>();
  private followed: ReadonlySet<string> = new Set();
  private isReady = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly services: RunsServices,
    /** What to compare at first; null leaves it to what the page kept. */
    private chosen: readonly string[] | null,
  ) {
    const { queue, reporter, extensionUri } = services;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
    this.channel = new Channel(panel.webview, runsRequests, this.handlers(), reporter);
    for (const job of queue.jobs) this.hear(job);
    this.subscriptions = [
      this.channel,
      queue.onDidAdd(job => {
        this.hear(job);
        this.sendAll();
      }),
      queue.onDidRemove(job => {
        this.heard.get(job)?.dispose();
        this.heard.delete(job);
        this.sendAll();
      }),
    ];
    fillWebview(panel.webview, extensionUri, vscode.l10n.t('Compare Runs'), 'runs');
  }

  /** Comes to the front, with these runs if any are named. */
  show(chosen: readonly string[] | null): void {
    this.panel.reveal();
    if (!chosen) return;
    this.chosen = chosen;
    this.sendAll();
  }

  dispose(): void {
    for (const listener of this.heard.values()) listener.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private hear(job: Job): void {
    this.heard.get(job)?.dispose();
    this.heard.set(
      job,
      job.onDidChange(change => this.pass(job, change)),
    );
  }

  private pass(job: Job, change: JobChange): void {
    const { id, latest } = job;
    if (change === 'moment' && latest && this.followed.has(id))
      this.channel.send({ type: 'moment', id, moment: latest });
    if (change !== 'tokens' && change !== 'wait') this.channel.send({ type: 'run', run: runView(job) });
  }

  private sendAll(): void {
    if (!this.isReady) return;
    const document = {
      kind: 'runs',
      runs: this.services.queue.jobs.map(runView).toReversed(),
      arrangements: Object.entries(arrangements).map(([name, { label }]) => ({ name, label })),
    } as const;
    this.channel.send({ type: 'show', document, chosen: this.chosen });
    // From now on the page knows.
    this.chosen = null;
  }

  private handlers(): Handlers<RunsRequests> {
    const { engine, settings } = this.services;
    return {
      ...sharedHandlers(engine, () => settings.model),
      ready: async () => {
        // After a reload of the window the jobs of before are there a moment later.
        await this.services.queue.restore();
        this.isReady = true;
        this.sendAll();
        return null;
      },
      details: ({ id }) => this.detailsOf(this.job(id)),
      follow: ({ ids }) => {
        this.followed = new Set(ids);
        return null;
      },
      textsOf: ({ id, ids }) => engine.call(tokenTexts, { ...this.job(id).request.model, ids }),
      showRun: async ({ id }) => {
        await vscode.commands.executeCommand('protoTokens.showPanel', id);
        return null;
      },
      act: async ({ action }) => {
        await vscode.commands.executeCommand(`protoTokens.${action}`);
        return null;
      },
    };
  }

  private job(id: string): Job {
    const job = this.services.queue.find(id);
    if (!job) throw new UserError(vscode.l10n.t('This run is no longer in the list of jobs: it was removed.'));
    return job;
  }

  /** Cuts the text of an earlier window's job into tokens; the model itself need not be loaded for that. */
  private async detailsOf(job: Job): Promise<RunDetails> {
    const { model, text } = job.request;
    const tokens = job.tokens.length ? job.tokens : await this.services.engine.call(tokenize, { ...model, text });
    const { moments, summary } = job.toRecord();
    return { tokens, moments, outcome: job.isOver && summary ? outcomeOf(tokens, job.latest, job.wrong) : null };
  }
}

/** The one page of a window that compares runs: made when it is first wanted, and again after a reload. */
export class RunsPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private open: { readonly view: RunsPanel } | undefined;
  private readonly registration = vscode.window.registerWebviewPanelSerializer(runsType, this);

  constructor(private readonly services: RunsServices) {}

  /** @param jobs those to compare; when none are named the page shows what it showed before */
  show(jobs: readonly Job[]): void {
    const chosen = jobs.length ? jobs.map(({ id }) => id) : null;
    if (this.open) {
      this.open.view.show(chosen);
      return;
    }
    const title = vscode.l10n.t('Compare Runs');
    this.adopt(vscode.window.createWebviewPanel(runsType, title, vscode.ViewColumn.Active, {}), chosen);
  }

  /** After a reload: the page's own state says which runs it compared. */
  deserializeWebviewPanel(webview: vscode.WebviewPanel): Promise<void> {
    this.adopt(webview, null);
    return Promise.resolve();
  }

  /** The page itself stays: after a reload of the window it is brought back. */
  dispose(): void {
    this.registration.dispose();
    this.open?.view.dispose();
  }

  private adopt(webview: vscode.WebviewPanel, chosen: readonly string[] | null): void {
    const view = new RunsPanel(webview, this.services, chosen);
    this.open = { view };
    webview.onDidDispose(() => {
      view.dispose();
      this.open = undefined;
    });
  }
}

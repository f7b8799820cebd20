import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import { surprisal } from '../../runtime/operations/models.ts';
import type { ArrangementName } from '../../runtime/training/arrangement.ts';
import type { Engine } from '../engine.ts';
import { explainToken, explainTokens } from '../jobs/explaining.ts';
import type { Job, JobChange } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { HostMessage } from '../protocol.ts';
import type { Reporter } from '../reporter.ts';
import { type PanelAction, type PanelRequests, panelRequests } from '../requests.ts';
import { Channel, type Handlers } from './channel.ts';
import { jobDocument } from './job-document.ts';
import { takeOffer } from './offers.ts';
import { columnForPanel } from './placement.ts';
import { sharedHandlers } from './shared-handlers.ts';
import { columnOfText, columns } from './text-column.ts';
import { detailOf, scoresOf } from './token-detail.ts';
import { fillWebview } from './webview-page.ts';

export const panelType = 'protoTokens.panel';

/** Where a token is shown when it is pointed at or chosen in the panel. */
export interface TokenPointer {
  hover(job: Job, index: number | null): void;
  reveal(job: Job, index: number): Promise<void>;
}

export interface PanelServices {
  readonly extensionUri: vscode.Uri;
  readonly engine: Engine;
  readonly queue: JobQueue;
  readonly reporter: Reporter;
  readonly pointer: TokenPointer;
  readonly act: (job: Job, action: PanelAction) => Promise<void>;
  readonly tryArrangement: (job: Job, arrangement: ArrangementName) => void;
  /** Hears which job is shown. */
  readonly lookAt: (job: Job) => void;
}

/** The panel that shows one job, live. Whoever makes it disposes it; closing it does not touch the job. */
export class JobPanel implements vscode.Disposable {
  private readonly channel: Channel<PanelRequests, HostMessage>;
  private readonly subscriptions: vscode.Disposable[] = [];
  private following: vscode.Disposable | undefined;
  /** Whether the page listens: what it is told before, or while it is hidden, is lost. */
  private listening = false;
  private choosing = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly services: PanelServices,
    private job: Job | undefined,
  ) {
    panel.iconPath = vscode.Uri.joinPath(services.extensionUri, 'media', 'icon.svg');
    this.channel = new Channel(panel.webview, panelRequests, this.handlers(), services.reporter);
    this.subscriptions.push(
      this.channel,
      services.queue.onDidChange(changed => {
        if (changed === this.job && !services.queue.find(changed.id)) this.panel.dispose();
      }),
    );
    this.subscriptions.push(
      panel.onDidChangeViewState(() => {
        this.listening &&= panel.visible;
      }),
    );
    fillWebview(panel.webview, services.extensionUri, 'Proto-Tokens', 'panel');
    this.follow(job);
  }

  /** Whether a person sees this job here. */
  shows(job: Job): boolean {
    return this.panel.visible && job === this.job;
  }

  /** The job that it shows while it has the focus. */
  get focused(): Job | undefined {
    return this.panel.active ? this.job : undefined;
  }

  /** Turns to another job, or comes to the front with the same one, where it does not cover the job's text. */
  show(job: Job): void {
    if (job !== this.job) {
      this.follow(job);
      this.sendDocument();
    }
    this.panel.reveal(columnBeside(job, this.panel.viewColumn), true);
  }

  /** Asks the person for another arrangement, as soon as the page is there. */
  chooseArrangement(): void {
    this.panel.reveal(undefined, false);
    this.choosing = true;
    if (this.listening) this.sendChoosing();
  }

  /** Points at a token that was chosen in the editor. */
  focusToken(index: number): void {
    this.channel.send({ type: 'focusToken', index });
  }

  dispose(): void {
    this.following?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private follow(job: Job | undefined): void {
    this.following?.dispose();
    this.job = job;
    this.entitle(job);
    if (job) this.services.lookAt(job);
    this.following = job?.onDidChange(change => this.pass(job, change));
  }

  private entitle(job: Job | undefined): void {
    this.panel.title = job
      ? vscode.l10n.t('Proto-Tokens: {0}', job.isNamed ? job.name : job.request.title)
      : 'Proto-Tokens';
  }

  private pass(job: Job, change: JobChange): void {
    if (change === 'name' || change === 'place') {
      this.entitle(job);
      this.sendDocument();
      return;
    }
    const { latest, model, tokens } = job;
    const result = job.result();
    if (change === 'status') this.channel.send({ type: 'status', status: job.status, problem: job.problem });
    if (change === 'moment' && latest) this.channel.send({ type: 'moment', moment: latest });
    if (change === 'tokens' && model) this.channel.send({ type: 'tokens', tokens, model });
    if (change === 'result' && result) this.channel.send({ type: 'result', result });
  }

  private sendChoosing(): void {
    if (this.choosing) this.channel.send({ type: 'chooseArrangement' });
    this.choosing = false;
  }

  private sendDocument(): void {
    const { job } = this;
    this.channel.send({
      type: 'show',
      document: (job && jobDocument(job)) ?? {
        kind: 'foreign',
        name: 'Proto-Tokens',
        problem: vscode.l10n.t(
          'This job is no longer in the list of jobs: it was removed. Select a text and compress it again.',
        ),
        offers: ['compressSelection', 'openSample'],
      },
    });
    // A job of an earlier window has yet to be cut into tokens; one that runs does that itself.
    if (job?.isOver && job.status !== 'failed')
      this.services.queue.open(job).catch(error => this.services.reporter.log.warn(String(error)));
  }

  private get current(): Job {
    if (!this.job) throw new UserError(vscode.l10n.t('This job is no longer known.'));
    return this.job;
  }

  private handlers(): Handlers<PanelRequests> {
    const { services } = this;
    return {
      ...sharedHandlers(services.engine, () => this.current.request.model),
      ready: () => {
        this.listening = true;
        this.sendDocument();
        this.sendChoosing();
        return null;
      },
      explain: ({ index }) => this.explain(index),
      scores: async () => scoresOf(await services.engine.use(engine => explainTokens(this.current, engine))),
      surprisal: () => {
        const { model, text } = this.current.request;
        return services.engine.call(surprisal, { ...model, text });
      },
      hoverToken: ({ index }) => {
        services.pointer.hover(this.current, index);
        return null;
      },
      revealToken: async ({ index }) => {
        await services.reporter.noticed(() => services.pointer.reveal(this.current, index));
        return null;
      },
      nearest: () => {
        throw new UserError(vscode.l10n.t('Save the result and open it to see the nearest tokens of its vectors.'));
      },
      act: async ({ action }) => {
        if (!(await takeOffer(action))) await services.act(this.current, action);
        return null;
      },
      tryArrangement: ({ arrangement }) => {
        services.tryArrangement(this.current, arrangement);
        return null;
      },
    };
  }

  private async explain(index: number): Promise<PanelRequests['explain']['result']> {
    const token = await this.services.engine.use(engine => explainToken(this.current, engine, index));
    if (!token) throw new UserError(vscode.l10n.t('Nothing is known of this token yet.'));
    return detailOf(index, token);
  }
}

/** Column for the panel of a job. @param now where the panel is; undefined when it is not open */
function columnBeside({ source }: Job, now: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const column = columnForPanel(source && columnOfText(source.uri), columns(), now);
  return column === 'beside' ? vscode.ViewColumn.Beside : column;
}

/** The one panel of a window: made beside the editor when it is first wanted, and again after a reload. */
export class JobPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private open: { readonly webview: vscode.WebviewPanel; readonly view: JobPanel } | undefined;
  private readonly registration = vscode.window.registerWebviewPanelSerializer(panelType, this);
  private readonly turned = new vscode.EventEmitter<void>();
  /** The panel shows another job, or has been shown, hidden or closed. */
  readonly onDidTurn = this.turned.event;

  constructor(private readonly services: PanelServices) {}

  /** Whether a person sees this job in the panel. */
  shows(job: Job): boolean {
    return this.open?.view.shows(job) ?? false;
  }

  /** The job of the panel, while that has the focus. */
  get focused(): Job | undefined {
    return this.open?.view.focused;
  }

  show(job: Job): JobPanel {
    if (this.open) {
      this.open.view.show(job);
      this.turned.fire();
      return this.open.view;
    }
    const place = { viewColumn: columnBeside(job, undefined), preserveFocus: true };
    return this.adopt(vscode.window.createWebviewPanel(panelType, 'Proto-Tokens', place, {}), job);
  }

  /** After a reload: the webview's own state says which job it showed. */
  async deserializeWebviewPanel(webview: vscode.WebviewPanel, state: unknown): Promise<void> {
    const id = typeof state === 'object' && state !== null && 'jobId' in state ? String(state.jobId) : '';
    const job = await this.services.queue.restoredJob(id);
    // Meanwhile somebody may have wanted to see another job.
    if (this.open) webview.dispose();
    else this.adopt(webview, job);
  }

  /** The webview itself stays: after a reload of the window it is brought back. */
  dispose(): void {
    this.registration.dispose();
    this.turned.dispose();
    this.open?.view.dispose();
  }

  private adopt(webview: vscode.WebviewPanel, job: Job | undefined): JobPanel {
    const view = new JobPanel(webview, this.services, job);
    this.open = { webview, view };
    webview.onDidChangeViewState(() => this.turned.fire());
    webview.onDidDispose(() => {
      view.dispose();
      this.open = undefined;
      this.turned.fire();
    });
    this.turned.fire();
    return view;
  }
}

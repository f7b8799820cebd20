import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Engine } from '../engine.ts';
import { Channel, type Handlers } from '../panel/channel.ts';
import { sharedHandlers } from '../panel/shared-handlers.ts';
import { fillWebview } from '../panel/webview-page.ts';
import type { Reporter } from '../reporter.ts';
import { type ExperimentAction, type ExperimentRequests, experimentRequests } from '../requests.ts';
import type { LiveExperiment } from './live-experiment.ts';
import type { ExperimentMessage } from './protocol.ts';

const experimentType = 'protoTokens.experiment';

export interface ExperimentPanelServices {
  readonly extensionUri: vscode.Uri;
  readonly engine: Engine;
  readonly reporter: Reporter;
  /** Does what a button of the page says. */
  readonly act: (live: LiveExperiment, action: ExperimentAction) => unknown;
  /** The experiment of a folder. @throws UserError when there is none. */
  readonly open: (out: string) => Promise<LiveExperiment>;
}

/** The page of one experiment, live while it runs. */
class ExperimentPanel implements vscode.Disposable {
  private readonly channel: Channel<ExperimentRequests, ExperimentMessage>;
  private readonly subscriptions: { dispose(): void }[];

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly live: LiveExperiment,
    private readonly services: ExperimentPanelServices,
  ) {
    const { extensionUri, reporter } = services;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
    this.channel = new Channel(panel.webview, experimentRequests, this.handlers(), reporter);
    this.subscriptions = [
      this.channel,
      live.onDidChange(change => {
        if (change === 'document') this.show();
        else this.channel.send({ type: 'standing', standing: live.standing });
      }),
    ];
    fillWebview(panel.webview, extensionUri, titleOf(live), 'experiment');
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private show(): void {
    this.channel.send({ type: 'show', document: this.live.document() });
  }

  private handlers(): Handlers<ExperimentRequests> {
    const { engine, act } = this.services;
    return {
      ...sharedHandlers(engine, () => this.live.asked.model),
      ready: () => {
        this.show();
        return null;
      },
      act: async ({ action }) => {
        await act(this.live, action);
        return null;
      },
    };
  }
}

const titleOf = ({ asked }: LiveExperiment): string => vscode.l10n.t('Experiment {0}', asked.name);

const stateSchema = z.object({ out: z.string() });

/** The pages of experiments, one for each folder; they come back after a reload of the window. */
export class ExperimentPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly shown = new Map<LiveExperiment, ExperimentPanel>();
  private readonly registration = vscode.window.registerWebviewPanelSerializer(experimentType, this);

  constructor(private readonly services: ExperimentPanelServices) {}

  show(live: LiveExperiment): void {
    const there = this.shown.get(live);
    if (there) there.panel.reveal();
    else
      this.adopt(vscode.window.createWebviewPanel(experimentType, titleOf(live), vscode.ViewColumn.Active, {}), live);
  }

  /** A page whose folder is gone, or holds another experiment, is closed with the reason. */
  async deserializeWebviewPanel(webview: vscode.WebviewPanel, state: unknown): Promise<void> {
    const known = stateSchema.safeParse(state);
    try {
      if (known.success) this.adopt(webview, await this.services.open(known.data.out));
      else webview.dispose();
    } catch (error) {
      webview.dispose();
      void this.services.reporter.show(error);
    }
  }

  /** The pages themselves stay: after a reload of the window they are brought back. */
  dispose(): void {
    this.registration.dispose();
    for (const view of this.shown.values()) view.dispose();
  }

  private adopt(webview: vscode.WebviewPanel, live: LiveExperiment): void {
    const view = new ExperimentPanel(webview, live, this.services);
    this.shown.set(live, view);
    webview.onDidDispose(() => {
      view.dispose();
      this.shown.delete(live);
    });
  }
}

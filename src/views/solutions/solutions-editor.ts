import * as vscode from 'vscode';
import { connectOptions } from '../../runtime/analysis/connectivity/options.ts';
import type { SolutionsInspection } from '../../runtime/results/solutions.ts';
import type { Engine } from '../engine.ts';
import { followingSeconds, longestFollowed, weightBytes } from '../files/decoding-cost.ts';
import { nameOf } from '../files/saving.ts';
import { watchFile } from '../files/watching.ts';
import { labelOf } from '../jobs/arrangement-views.ts';
import { counts } from '../localized-counts.ts';
import { modelOfFile } from '../models/model-of-file.ts';
import { Channel, type Handlers } from '../panel/channel.ts';
import { takeOffer } from '../panel/offers.ts';
import { sharedHandlers } from '../panel/shared-handlers.ts';
import { fillWebview } from '../panel/webview-page.ts';
import type { Reporter } from '../reporter.ts';
import { type SolutionsRequests, solutionsRequests } from '../requests.ts';
import type { Settings } from '../settings.ts';
import { solutionsEditorType } from './editor-type.ts';
import { offerCopy, placeOf } from './file-of-solutions.ts';
import { OpenSolutions } from './open-solutions.ts';
import type { SolutionsDocument, SolutionsMessage } from './protocol.ts';

export interface SolutionsEditorServices {
  readonly extensionUri: vscode.Uri;
  /** The engine for whoever works on a file. */
  readonly engineFor: (file: vscode.Uri) => Pick<Engine, 'call' | 'hold'>;
  readonly settings: Settings;
  readonly reporter: Reporter;
}

interface SolutionsFile extends vscode.CustomDocument {
  readonly uri: vscode.Uri;
}

/** The editor of NAME.solutions.json files: distances, curves between solutions, and what they hold. */
export class SolutionsEditor implements vscode.CustomReadonlyEditorProvider<SolutionsFile>, vscode.Disposable {
  private readonly registration = vscode.window.registerCustomEditorProvider(solutionsEditorType, this, {
    supportsMultipleEditorsPerDocument: true,
  });

  constructor(private readonly services: SolutionsEditorServices) {}

  openCustomDocument(uri: vscode.Uri): SolutionsFile {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: SolutionsFile, panel: vscode.WebviewPanel): void {
    const view = new SolutionsView(uri, panel.webview, this.services);
    fillWebview(panel.webview, this.services.extensionUri, nameOf(uri), 'solutions');
    panel.onDidDispose(() => view.dispose());
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/** One editor of one file. */
class SolutionsView implements vscode.Disposable {
  private readonly channel: Channel<SolutionsRequests, SolutionsMessage>;
  private readonly engine: Pick<Engine, 'call' | 'hold'>;
  private readonly solutions: OpenSolutions;
  private readonly watcher: vscode.Disposable;

  constructor(
    private readonly uri: vscode.Uri,
    webview: vscode.Webview,
    private readonly services: SolutionsEditorServices,
  ) {
    const { settings, reporter } = services;
    this.engine = services.engineFor(uri);
    const { engine } = this;
    this.channel = new Channel(webview, solutionsRequests, this.handlers(), reporter);
    this.solutions = new OpenSolutions(
      placeOf(uri),
      engine,
      file => modelOfFile(engine, settings, file),
      (settled, curves) => counts.part(settled, counts.curves(curves)),
      {
        onConnected: connected => this.channel.send({ type: 'connected', connected }),
        onAnalysing: (name, share) => this.channel.send({ type: 'analysing', name, share }),
        onProgress: progress => this.channel.send({ type: 'progress', progress }),
        onChanged: copy => void offerCopy(uri, copy),
      },
    );
    this.watcher = watchFile(uri, () => void this.showIfChanged());
  }

  /** Closing the editor ends what it had the engine do. */
  dispose(): void {
    this.watcher.dispose();
    this.solutions.close();
    this.channel.dispose();
  }

  private async show(): Promise<void> {
    const { solutions, services } = this;
    const name = nameOf(this.uri);
    try {
      const inspection = await solutions.inspect();
      const { steps, grid, minimumAccuracy } = connectOptions.parse({});
      const arrangementLabel = labelOf(inspection.arrangement);
      const defaults = { steps, grid, minimumAccuracy };
      this.send({ kind: 'solutions', name, arrangementLabel, defaults, ...inspection });
      const seconds = await this.secondsToFollow(inspection, grid);
      if (inspection.curves.length && !solutions.connected.connections.length && seconds <= longestFollowed)
        // It needs the model; without it all else is shown still.
        await solutions.followStored().catch(error => services.reporter.log.warn(services.reporter.sentenceOf(error)));
    } catch (error) {
      this.send({
        kind: 'foreign',
        name,
        problem: services.reporter.sentenceOf(error),
        offers: ['openAsText', 'retry'],
      });
    }
  }

  /** About how long it takes to look at the curves that the file holds, whose number and texts are what it claims. */
  private async secondsToFollow({ curves, solutions, hiddenSize }: SolutionsInspection, grid: number): Promise<number> {
    const bytes = await weightBytes(this.services.settings.model.folder);
    return followingSeconds(
      { tokens: curves.map(({ first }) => solutions[first]?.tokens ?? 0), hiddenSize },
      grid,
      bytes,
    );
  }

  /** What this editor has written itself is no change. */
  private async showIfChanged(): Promise<void> {
    if (await this.solutions.hasChanged()) await this.show();
  }

  private send(document: Extract<SolutionsMessage, { type: 'show' }>['document'] | SolutionsDocument): void {
    const { connected, progress } = this.solutions;
    this.channel.send({ type: 'show', document, connected, progress });
  }

  private handlers(): Handlers<SolutionsRequests> {
    const { services, uri } = this;
    return {
      ...sharedHandlers(this.engine, () => services.settings.model),
      tokenTexts: ({ ids }) => this.solutions.tokenTexts(ids),
      ready: () => {
        void this.show();
        return null;
      },
      ask: ({ name, parameters }) => this.solutions.ask(name, parameters),
      connect: async params => {
        await this.solutions.connect(params);
        return null;
      },
      cancel: () => {
        this.solutions.cancel();
        return null;
      },
      act: async ({ action }) => {
        if (action === 'retry') await this.show();
        else if (!(await takeOffer(action))) await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
        return null;
      },
    };
  }
}

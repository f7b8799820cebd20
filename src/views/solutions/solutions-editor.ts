import * as vscode from 'vscode';
import { connectOptions } from '../../runtime/analysis/connectivity/options.ts';
import type { Engine } from '../engine.ts';
import { nameOf, readBytes, writeBeside } from '../files/saving.ts';
import { watchFile } from '../files/watching.ts';
import { labelOf } from '../jobs/arrangement-views.ts';
import { Channel, type Handlers } from '../panel/channel.ts';
import { takeOffer } from '../panel/offers.ts';
import { sharedHandlers } from '../panel/shared-handlers.ts';
import { fillWebview } from '../panel/webview-page.ts';
import type { Reporter } from '../reporter.ts';
import { type SolutionsRequests, solutionsRequests } from '../requests.ts';
import type { Settings } from '../settings.ts';
import { solutionsEditorType } from './editor-type.ts';
import { OpenSolutions } from './open-solutions.ts';
import type { SolutionsDocument, SolutionsMessage } from './protocol.ts';

export interface SolutionsEditorServices {
  readonly extensionUri: vscode.Uri;
  readonly engine: Pick<Engine, 'call' | 'hold'>;
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
  private readonly solutions: OpenSolutions;
  private readonly watcher: vscode.Disposable;

  constructor(
    private readonly uri: vscode.Uri,
    webview: vscode.Webview,
    private readonly services: SolutionsEditorServices,
  ) {
    const { engine, settings, reporter } = services;
    this.channel = new Channel(webview, solutionsRequests, this.handlers(), reporter);
    const place = {
      name: nameOf(uri),
      read: () => readBytes(uri),
      write: (bytes: Uint8Array) => writeBeside(uri, bytes),
    };
    this.solutions = new OpenSolutions(
      place,
      engine,
      () => settings.model,
      (settled, curves) => vscode.l10n.t('{0} of {1} curves', settled, curves),
      {
        onConnected: connected => this.channel.send({ type: 'connected', connected }),
        onAnalysing: (name, share) => this.channel.send({ type: 'analysing', name, share }),
        onProgress: progress => this.channel.send({ type: 'progress', progress }),
        onChanged: copy => void this.offerCopy(copy),
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
      if (inspection.curves.length && !solutions.connected.connections.length)
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

  /** What this editor has written itself is no change. */
  private async showIfChanged(): Promise<void> {
    if (await this.solutions.hasChanged()) await this.show();
  }

  private send(document: Extract<SolutionsMessage, { type: 'show' }>['document'] | SolutionsDocument): void {
    const { connected, progress } = this.solutions;
    this.channel.send({ type: 'show', document, connected, progress });
  }

  /** The file was replaced while curves were trained between its solutions: they are not written into the new one. */
  private async offerCopy(copy: Uint8Array): Promise<void> {
    const saveCopy = vscode.l10n.t('Save a Copy ...');
    const message = vscode.l10n.t(
      '{0} has changed on disk while the curves were trained, and is left as it is; the curves and the solutions that they connect can be saved as another file.',
      nameOf(this.uri),
    );
    if ((await vscode.window.showWarningMessage(message, saveCopy)) !== saveCopy) return;
    const target = await vscode.window.showSaveDialog({
      defaultUri: this.uri.with({
        path: this.uri.path.replace(/(\.solutions\.json)?$/, '-with-curves.solutions.json'),
      }),
    });
    if (target) await writeBeside(target, copy);
  }

  private handlers(): Handlers<SolutionsRequests> {
    const { services, uri } = this;
    return {
      ...sharedHandlers(services.engine, () => services.settings.model),
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

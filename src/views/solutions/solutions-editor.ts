import * as vscode from 'vscode';
import type { ConnectChoices } from '../../runtime/analysis/connectivity/options.ts';
import { addCurves } from '../../runtime/files/curves.ts';
import { tokenTexts } from '../../runtime/operations/models.ts';
import { connect, distances, inspectSolutions, lossSurface, probe } from '../../runtime/operations/solutions.ts';
import type { NamedFile } from '../../runtime/results/files.ts';
import type { Engine } from '../engine.ts';
import { nameOf, readBytes, writeBeside } from '../files/saving.ts';
import { Channel, type Handlers } from '../panel/channel.ts';
import { exportFile } from '../panel/export.ts';
import { fillWebview } from '../panel/webview-page.ts';
import type { Reporter } from '../reporter.ts';
import type { Settings } from '../settings.ts';
import { solutionsEditorType } from './editor-type.ts';
import type {
  ConnectionView,
  SolutionsDocument,
  SolutionsMessage,
  SolutionsRequests,
  WorkProgress,
} from './protocol.ts';
import {
  connectionView,
  distancesView,
  documentView,
  probeView,
  progressView,
  surfaceView,
} from './views-of-results.ts';

/** Points of the paths that a file holds curves of. */
const storedGrid = 21;
/** Points on each side of a loss surface. */
const surfacePoints = 25;
const nearestPerVector = 8;
const probeChoices = { nearest: nearestPerVector, samples: 3, tokens: 24 };

export interface SolutionsEditorServices {
  readonly extensionUri: vscode.Uri;
  readonly engine: Engine;
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
  private work = new AbortController();
  /** Of all pairs that were connected since the editor was opened, and of those that the file holds curves of. */
  private connections: readonly ConnectionView[] = [];

  constructor(
    private readonly uri: vscode.Uri,
    webview: vscode.Webview,
    private readonly services: SolutionsEditorServices,
  ) {
    this.channel = new Channel(webview, this.handlers(), services.reporter);
  }

  /** Closing the editor ends what it had the engine do. */
  dispose(): void {
    this.work.abort();
    this.channel.dispose();
  }

  private async show(): Promise<void> {
    const name = nameOf(this.uri);
    try {
      const file = await this.file();
      const inspection = await this.services.engine.call(inspectSolutions, file);
      const document = documentView(name, inspection);
      this.channel.send({ type: 'show', document, connections: this.connections });
      if (inspection.curves.length && !this.connections.length) await this.showStored(document);
    } catch (error) {
      const problem = this.services.reporter.sentenceOf(error);
      this.channel.send({ type: 'show', document: { kind: 'foreign', name, problem } });
    }
  }

  /** Paths of the curves that the file holds. They need the model; without it all else is shown still. */
  private async showStored(document: SolutionsDocument): Promise<void> {
    try {
      await this.connect({ pairs: 'stored', steps: 0, grid: storedGrid });
      this.channel.send({ type: 'show', document, connections: this.connections });
    } catch (error) {
      this.services.reporter.log.warn(this.services.reporter.sentenceOf(error));
    }
  }

  private handlers(): Handlers<SolutionsRequests> {
    const { services, uri } = this;
    return {
      ready: () => {
        void this.show();
        return null;
      },
      distances: params => this.distances(params),
      connect: ({ pairs, ...options }) =>
        this.connect({ ...options, pairs: pairs === 'all' ? pairs : pairs.map(([a, b]) => [a, b]) }),
      surface: params => this.surface(params.pair),
      probe: params => this.probe(params.solution),
      tokenTexts: ({ ids }) => services.engine.call(tokenTexts, { ...services.settings.model, ids }),
      cancel: () => {
        this.work.abort();
        return null;
      },
      act: async ({ action }) => {
        if (action === 'retry') await this.show();
        else if (action === 'selectModel') await vscode.commands.executeCommand('protoTokens.selectModel');
        else await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
        return null;
      },
      exportFile: ({ name, content }) => exportFile(name, content),
    };
  }

  private async distances(
    options: SolutionsRequests['distances']['params'],
  ): Promise<SolutionsRequests['distances']['result']> {
    const request = { ...this.services.settings.model, files: [await this.file()], options };
    return distancesView(await this.services.engine.call(distances, request));
  }

  /** What has been trained is kept in the file, so that it is there when the file is opened again. */
  private async connect(options: ConnectChoices & { readonly steps: number }): Promise<readonly ConnectionView[]> {
    this.work = new AbortController();
    const { signal } = this.work;
    const file = await this.file();
    const request = { ...this.services.settings.model, ...file, options };
    try {
      const { curves, report, targets } = await this.services.engine.call(connect, request, {
        signal,
        onProgress: record => this.progress(progressView(record, options.steps)),
      });
      if (curves.length) await writeBeside(this.uri, addCurves(file.file, curves, file.name));
      const found = report.connections.map(connection => connectionView(connection, targets[connection.text] ?? []));
      const isNew = ({ first, second }: ConnectionView): boolean =>
        !found.some(other => other.first === first && other.second === second);
      this.connections = [...this.connections.filter(isNew), ...found];
      return found;
    } finally {
      this.progress(null);
    }
  }

  private async surface(pair: readonly [number, number]): Promise<SolutionsRequests['surface']['result']> {
    this.work = new AbortController();
    const { signal } = this.work;
    const [first, second] = pair;
    const request = {
      ...this.services.settings.model,
      ...(await this.file()),
      pair: { first, second },
      points: surfacePoints,
    };
    return surfaceView(await this.services.engine.call(lossSurface, request, { signal }));
  }

  private async probe(solution: number): Promise<SolutionsRequests['probe']['result']> {
    const request = {
      ...this.services.settings.model,
      ...(await this.file()),
      options: { ...probeChoices, index: solution },
    };
    return probeView(await this.services.engine.call(probe, request));
  }

  private async file(): Promise<NamedFile> {
    return { name: nameOf(this.uri), file: await readBytes(this.uri) };
  }

  private progress(progress: WorkProgress | null): void {
    this.channel.send({ type: 'progress', progress });
  }
}

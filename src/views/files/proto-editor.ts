import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import { decode, evaluate, inspect, nearest } from '../../runtime/operations/compression.ts';
import { surprisal } from '../../runtime/operations/models.ts';
import type { ModelRequest } from '../../runtime/operations/operation.ts';
import type { Inspection } from '../../runtime/results/compression.ts';
import type { EvaluatedToken, NearestTokens } from '../../runtime/results/tokens.ts';
import type { Engine } from '../engine.ts';
import { labelOf } from '../jobs/arrangement-views.ts';
import { modelOfFile } from '../models/model-of-file.ts';
import { Channel, type Handlers } from '../panel/channel.ts';
import { takeOffer } from '../panel/offers.ts';
import { sharedHandlers } from '../panel/shared-handlers.ts';
import { detailOf, scoresOf } from '../panel/token-detail.ts';
import { fillWebview } from '../panel/webview-page.ts';
import type { FileContents, FileDocument, HostMessage, NearestView } from '../protocol.ts';
import type { Reporter } from '../reporter.ts';
import { type PanelAction, type PanelRequests, panelRequests } from '../requests.ts';
import type { Settings } from '../settings.ts';
import { HeldFile } from './held-file.ts';
import { nameOf, readBytes } from './saving.ts';
import { watchFile } from './watching.ts';

/** Opens NAME.tokens.proto by itself, and any other .proto file when it is asked to. */
export const editorTypes = ['protoTokens.file', 'protoTokens.otherFile'] as const;

export interface ProtoEditorServices {
  readonly extensionUri: vscode.Uri;
  readonly engine: Engine;
  readonly settings: Settings;
  readonly reporter: Reporter;
  readonly act: (file: vscode.Uri, action: PanelAction) => Promise<void>;
}

interface ProtoDocument extends vscode.CustomDocument {
  readonly uri: vscode.Uri;
}

/** The read-only editor of .proto files of ours. */
export class ProtoEditor implements vscode.CustomReadonlyEditorProvider<ProtoDocument>, vscode.Disposable {
  private readonly registrations: vscode.Disposable[];

  constructor(private readonly services: ProtoEditorServices) {
    this.registrations = editorTypes.map(type =>
      vscode.window.registerCustomEditorProvider(type, this, { supportsMultipleEditorsPerDocument: true }),
    );
  }

  openCustomDocument(uri: vscode.Uri): ProtoDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: ProtoDocument, panel: vscode.WebviewPanel): void {
    const view = new ProtoFileView(uri, panel.webview, this.services);
    fillWebview(panel.webview, this.services.extensionUri, nameOf(uri), 'panel');
    panel.onDidDispose(() => view.dispose());
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
  }
}

/** One editor of one file. */
class ProtoFileView implements vscode.Disposable {
  private readonly channel: Channel<PanelRequests, HostMessage>;
  private readonly subscriptions: vscode.Disposable[];
  private readonly file: HeldFile;
  /** Counts what is shown, so that what an earlier file gave is not shown beside a later one. */
  private shown = 0;
  /** The one that the file was made with, once it has been found. */
  private model: ModelRequest | undefined;
  private evaluated: readonly EvaluatedToken[] = [];
  private text = '';

  constructor(
    uri: vscode.Uri,
    webview: vscode.Webview,
    private readonly services: ProtoEditorServices,
  ) {
    this.channel = new Channel(webview, panelRequests, this.handlers(uri), services.reporter);
    this.file = new HeldFile(nameOf(uri), services.engine, () => readBytes(uri));
    this.subscriptions = [
      this.channel,
      this.file,
      watchFile(uri, () => void this.show()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('protoTokens.model')) void this.show();
      }),
    ];
  }

  dispose(): void {
    this.shown++;
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async show(): Promise<void> {
    const turn = ++this.shown;
    const tell = (message: HostMessage): void => {
      if (turn === this.shown) this.channel.send(message);
    };
    const { engine, reporter } = this.services;
    try {
      await this.file.refresh();
      const inspection = await engine.call(inspect, await this.file.named());
      tell({ type: 'show', document: fileDocument(this.file.name, inspection) });
      await this.showContents(inspection, tell);
    } catch (error) {
      const problem = reporter.sentenceOf(error);
      tell({
        type: 'show',
        document: { kind: 'foreign', name: this.file.name, problem, offers: ['openAsText', 'retry'] },
      });
    }
  }

  /** The part that needs the model. Another model is no reason not to show the rest. */
  private async showContents(inspection: Inspection, tell: (message: HostMessage) => void): Promise<void> {
    const { engine, settings, reporter } = this.services;
    try {
      const named = await this.file.named();
      this.model = await modelOfFile(engine, settings, named);
      const request = { ...this.model, ...named };
      const { text, seconds } = await engine.call(decode, request);
      this.text = text;
      this.evaluated = await engine.call(evaluate, request);
      tell({ type: 'contents', contents: contentsOf(inspection, text, seconds, this.evaluated), problem: null });
    } catch (error) {
      tell({ type: 'contents', contents: null, problem: reporter.sentenceOf(error) });
    }
  }

  private handlers(uri: vscode.Uri): Handlers<PanelRequests> {
    const { engine, settings, act: actOn } = this.services;
    const model = (): ModelRequest => this.model ?? settings.model;
    return {
      ...sharedHandlers(engine, model),
      ready: () => {
        void this.show();
        return null;
      },
      explain: ({ index }) => {
        const token = this.evaluated[index];
        if (!token) throw new UserError(vscode.l10n.t('The file has no token {0}.', index));
        return detailOf(index, token);
      },
      scores: () => scoresOf(this.evaluated),
      surprisal: () => engine.call(surprisal, { ...model(), text: this.text }),
      hoverToken: () => null,
      tryArrangement: () => null,
      revealToken: () => null,
      nearest: async () => (await engine.call(nearest, { ...model(), ...(await this.file.named()) })).map(nearestView),
      act: async ({ action }) => {
        if (action === 'retry') await this.show();
        else if (!(await takeOffer(action))) await actOn(uri, action);
        return null;
      },
    };
  }
}

function fileDocument(name: string, inspection: Inspection): FileDocument {
  const { arrangement, sharedM, segmentLengths } = inspection;
  return {
    ...inspection,
    kind: 'file',
    name,
    arrangementLabel: labelOf(arrangement),
    // A file of one segment has one m either way.
    sharedM: sharedM && segmentLengths.length > 1,
  };
}

function contentsOf(
  { segmentLengths, training: { steps } }: Inspection,
  text: string,
  decodeSeconds: number,
  evaluated: readonly EvaluatedToken[],
): FileContents {
  const right = evaluated.map(({ target, predicted }) => target === predicted);
  const count = (from: number, to: number): number => right.slice(from, to).filter(Boolean).length;
  let start = 0;
  const segments = segmentLengths.map((length, i) => {
    const segment = { start, length, correct: count(start, start + length), steps: steps[i] ?? 0 };
    start += length;
    return { ...segment, loss: null, state: 'settled' as const };
  });
  return {
    text,
    tokens: evaluated.map(({ target, targetText, start: from, end }) => ({
      id: target,
      text: targetText,
      start: from,
      end,
    })),
    moment: {
      evaluations: steps.reduce((sum, part) => sum + part, 0),
      seconds: 0,
      secondsLeft: null,
      correct: count(0, right.length),
      loss: null,
      segments,
      predicted: Int32Array.from(evaluated, ({ predicted }) => predicted),
      probability: Float32Array.from(evaluated, ({ nll }) => Math.exp(-nll)),
    },
    decodeSeconds,
  };
}

function nearestView({ proto, row, norm, byCosine, byProduct }: NearestTokens): NearestView {
  return { vector: vscode.l10n.t('{0} of segment {1}', proto, row + 1), norm, byCosine, byProduct };
}

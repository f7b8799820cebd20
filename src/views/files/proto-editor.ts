import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../runtime/errors.ts';
import { decode, evaluate, inspect, nearest } from '../../runtime/operations/compression.ts';
import { surprisal } from '../../runtime/operations/models.ts';
import type { ModelRequest } from '../../runtime/operations/operation.ts';
import type { Inspection } from '../../runtime/results/compression.ts';
import type { EvaluatedToken, NearestTokens } from '../../runtime/results/tokens.ts';
import type { Engine } from '../engine.ts';
import { labelOf } from '../jobs/arrangement-views.ts';
import { modelOfFile } from '../models/model-of-file.ts';
import { Remedied, type WayOn } from '../notice.ts';
import { Channel, type Handlers } from '../panel/channel.ts';
import { takeOffer } from '../panel/offers.ts';
import { sharedHandlers } from '../panel/shared-handlers.ts';
import { detailOf, scoresOf } from '../panel/token-detail.ts';
import { fillWebview } from '../panel/webview-page.ts';
import type { FileContents, FileDocument, HostMessage, NearestView } from '../protocol.ts';
import type { Reporter } from '../reporter.ts';
import { type PanelAction, type PanelRequests, panelRequests } from '../requests.ts';
import type { Settings } from '../settings.ts';
import { decodingSeconds, longestUnasked, weightBytes } from './decoding-cost.ts';
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

function onRequest(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes === 1
    ? vscode.l10n.t('Decoding this file would take about a minute; it begins when you ask for it.')
    : vscode.l10n.t('Decoding this file would take about {0} minutes; it begins when you ask for it.', minutes);
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
  private inspection: Inspection | undefined;
  /** Ends the decoding that was begun last. */
  private decoding = new AbortController();
  private text = '';
  /** What fetches the model of the file, where it is not installed. */
  private wayOn: WayOn | undefined;

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
    this.decoding.abort();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async show(): Promise<void> {
    const turn = ++this.shown;
    this.decoding.abort();
    const tell = this.tellerOf(turn);
    const { engine, reporter } = this.services;
    try {
      await this.file.refresh();
      const inspection = await engine.call(inspect, await this.file.named());
      if (turn !== this.shown) return;
      this.inspection = inspection;
      tell({ type: 'show', document: fileDocument(this.file.name, inspection) });
      const seconds = await this.secondsFor(inspection);
      if (seconds > longestUnasked) tell({ type: 'undecoded', reason: onRequest(seconds) });
      else await this.showContents(inspection, tell);
    } catch (error) {
      const problem = reporter.sentenceOf(error);
      tell({
        type: 'show',
        document: { kind: 'foreign', name: this.file.name, problem, offers: ['openAsText', 'retry'] },
      });
    }
  }

  private tellerOf(turn: number): (message: HostMessage) => void {
    return message => {
      if (turn === this.shown) this.channel.send(message);
    };
  }

  /** What decoding takes with the file's own model; 0 where it is not installed, which decoding then says at once. */
  private async secondsFor(inspection: Inspection): Promise<number> {
    const { engine, settings } = this.services;
    const model = await modelOfFile(engine, settings, await this.file.named()).catch(() => undefined);
    return model ? decodingSeconds(inspection, await weightBytes(model.folder)) : 0;
  }

  /** Fetches the model of the file, and decodes what is shown with it. */
  private async fetchModel(): Promise<void> {
    await this.wayOn?.run();
    await this.show();
  }

  /** Decodes what is shown, because somebody asks for it. */
  private async decodeHere(): Promise<void> {
    const { inspection } = this;
    if (inspection) await this.showContents(inspection, this.tellerOf(this.shown));
  }

  /** The part that needs the model. Another model is no reason not to show the rest. */
  private async showContents(inspection: Inspection, tell: (message: HostMessage) => void): Promise<void> {
    const { engine, settings, reporter } = this.services;
    const own = new AbortController();
    this.decoding.abort();
    this.decoding = own;
    const { signal } = own;
    tell({ type: 'undecoded', reason: null });
    try {
      const named = await this.file.named();
      this.model = await modelOfFile(engine, settings, named);
      const request = { ...this.model, ...named };
      const { text, seconds } = await engine.call(decode, request, { signal });
      const evaluated = await engine.call(evaluate, request, { signal });
      if (signal.aborted) throw new Cancelled();
      [this.text, this.evaluated] = [text, evaluated];
      tell({ type: 'contents', contents: contentsOf(inspection, text, seconds, this.evaluated), problem: null });
    } catch (error) {
      // Of what is shown no more nothing is told; cancelled by a person, it can be asked for again.
      if (this.decoding !== own) return;
      if (signal.aborted) tell({ type: 'undecoded', reason: vscode.l10n.t('Decoding was cancelled.') });
      else {
        [this.wayOn] = error instanceof Remedied ? error.waysOn : [];
        tell({
          type: 'contents',
          contents: null,
          problem: reporter.sentenceOf(error),
          canFetch: this.wayOn !== undefined,
        });
      }
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
        else if (action === 'decodeHere') void this.decodeHere();
        else if (action === 'fetchModel') void this.fetchModel();
        else if (action === 'cancel') this.decoding.abort();
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

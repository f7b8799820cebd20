import * as vscode from 'vscode';
import { messageOf, UserError } from '../../runtime/errors.ts';
import { tokenTexts } from '../../runtime/operations/models.ts';
import type { Inspection } from '../../runtime/results/compression.ts';
import type { EvaluatedToken, NearestTokens } from '../../runtime/results/tokens.ts';
import { arrangements, isArrangementName } from '../../runtime/training/arrangement.ts';
import type { Engine } from '../engine.ts';
import { Channel, type Handlers } from '../panel/channel.ts';
import { exportFile } from '../panel/export.ts';
import { detailOf } from '../panel/token-detail.ts';
import { fillWebview } from '../panel/webview-page.ts';
import type { FileContents, FileDocument, HostMessage, NearestView, PanelAction, PanelRequests } from '../protocol.ts';
import type { Reporter } from '../reporter.ts';
import type { Settings } from '../settings.ts';
import type { ProtoFiles } from './proto-files.ts';
import { nameOf } from './saving.ts';

/** Opens NAME.tokens.proto by itself, and any other .proto file when it is asked to. */
export const editorTypes = ['protoTokens.file', 'protoTokens.otherFile'] as const;
const nearestPerVector = 8;

export interface ProtoEditorServices {
  readonly extensionUri: vscode.Uri;
  readonly engine: Engine;
  readonly settings: Settings;
  readonly files: ProtoFiles;
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
  private evaluated: readonly EvaluatedToken[] = [];

  constructor(
    private readonly uri: vscode.Uri,
    webview: vscode.Webview,
    private readonly services: ProtoEditorServices,
  ) {
    this.channel = new Channel(webview, this.handlers(), services.reporter);
    const name = uri.path.split('/').at(-1) ?? '';
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), name.replace(/[[\]{}*?]/g, '?')),
    );
    this.subscriptions = [
      this.channel,
      watcher,
      watcher.onDidChange(() => this.show()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('protoTokens.model')) void this.show();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async show(): Promise<void> {
    const name = nameOf(this.uri);
    try {
      const document = fileDocument(name, await this.services.files.inspect(this.uri));
      this.channel.send({ type: 'show', document });
      await this.showContents(document);
    } catch (error) {
      const problem = this.services.reporter.sentenceOf(error);
      this.channel.send({ type: 'show', document: { kind: 'foreign', name, problem } });
    }
  }

  /** The part that needs the model. Another model is no reason not to show the rest. */
  private async showContents(document: FileDocument): Promise<void> {
    try {
      const { text, seconds } = await this.services.files.decode(this.uri);
      this.evaluated = await this.services.files.evaluate(this.uri);
      this.channel.send({
        type: 'contents',
        contents: contentsOf(document, text, seconds, this.evaluated),
        problem: null,
      });
    } catch (error) {
      const problem = error instanceof UserError ? messageOf(error) : this.services.reporter.sentenceOf(error);
      this.channel.send({ type: 'contents', contents: null, problem });
    }
  }

  private handlers(): Handlers<PanelRequests> {
    const { services, uri } = this;
    return {
      ready: () => {
        void this.show();
        return null;
      },
      explain: ({ index }) => {
        const token = this.evaluated[index];
        if (!token) throw new UserError(vscode.l10n.t('The file has no token {0}.', index));
        return detailOf(index, token);
      },
      tokenTexts: ({ ids }) =>
        services.engine.use(engine => engine.call(tokenTexts, { ...services.settings.model, ids })),
      hoverToken: () => null,
      revealToken: () => null,
      nearest: async () => (await services.files.nearest(uri, nearestPerVector)).map(nearestView),
      act: async ({ action }) => {
        if (action === 'retry') await this.show();
        else await services.act(uri, action);
        return null;
      },
      exportFile: ({ name, content }) => exportFile(name, content),
    };
  }
}

function fileDocument(name: string, inspection: Inspection): FileDocument {
  const { model, training, arrangement, tokens, sizes, ...rest } = inspection;
  return {
    kind: 'file',
    name,
    modelId: model.id,
    modelRevision: model.revision,
    architecture: model.architecture,
    fingerprint: model.fingerprint,
    arrangement,
    arrangementLabel: isArrangementName(arrangement) ? arrangements[arrangement].label : arrangement,
    tokenCount: tokens,
    recipe: training.recipe,
    seed: training.seed,
    steps: training.steps,
    device: training.device,
    version: training.version,
    sizes,
    ...rest,
    // A file of one segment has one m either way.
    sharedM: rest.sharedM && rest.segmentLengths.length > 1,
  };
}

function contentsOf(
  { segmentLengths, steps }: FileDocument,
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

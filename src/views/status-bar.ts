import * as vscode from 'vscode';
import { folderName } from '../runtime/models/folder-name.ts';
import { gibibytes } from '../runtime/onnxruntime/memory.ts';
import type { ModelRequest } from '../runtime/operations/operation.ts';
import type { ModelSummary } from '../runtime/results/models.ts';
import type { LastEditor } from './editor/last-editor.ts';
import type { MarkedTexts } from './editor/marked-texts.ts';
import type { Engine } from './engine.ts';
import type { Activities } from './jobs/activities.ts';
import type { Job } from './jobs/job.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import { activityText, progressText } from './jobs/progress.ts';
import { counts } from './localized-counts.ts';
import type { Settings } from './settings.ts';

/** The product and its model, which a click changes. */
export class ModelItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('protoTokens.model', vscode.StatusBarAlignment.Left, 51);
  /** What is known of models that have been loaded in this window, by folder and device that was asked for. */
  private readonly known = new Map<string, ModelSummary>();
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(
    private readonly settings: Settings,
    engine: Pick<Engine, 'onDidLoad' | 'onDidLose'>,
  ) {
    this.item.name = vscode.l10n.t('Proto-Tokens Model');
    this.item.command = 'protoTokens.selectModel';
    this.subscriptions = [
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('protoTokens')) this.update();
      }),
      engine.onDidLoad(({ request, model }) => {
        this.known.set(keyOf(request), model);
        this.update();
      }),
      engine.onDidLose(request => {
        this.known.delete(keyOf(request));
        this.update();
      }),
    ];
    this.update();
    this.item.show();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { modelFolder: folder, device } = this.settings;
    const { text, tooltip, label } = modelShown(this.settings, this.known.get(keyOf({ folder, device })));
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label, role: 'button' };
  }
}

/** What the item of the model says. @param model what is known of it, once it has been loaded */
export function modelShown(
  { modelFolder: folder, isDemoModel }: Pick<Settings, 'modelFolder' | 'isDemoModel'>,
  model: ModelSummary | undefined,
): { readonly text: string; readonly tooltip: string; readonly label: string } {
  const { id, revision } = folderName(folder);
  const name = isDemoModel ? vscode.l10n.t('demo model') : id;
  const whole = revision === null ? folder : vscode.l10n.t('{0} at revision {1}', id, revision.slice(0, 8));
  const where = model ? [deviceWords(model)] : [];
  return {
    text: [`Proto-Tokens: ${name}`, ...where].join(' · ') + (model?.memoryRemark ? ' $(info)' : ''),
    tooltip: [
      vscode.l10n.t('Model of Proto-Tokens: {0}. Click to choose another one.', isDemoModel ? name : whole),
      ...(model ? describeModel(model) : [vscode.l10n.t('Its device is chosen when it is next used.')]),
    ].join('\n\n'),
    label: vscode.l10n.t('Proto-Tokens: {0} is the model; choose another one', [name, ...where].join(', ')),
  };
}

const keyOf = ({ folder, device }: ModelRequest): string => JSON.stringify([folder, device]);

const deviceLabels = { cpu: 'CPU', webgpu: 'WebGPU', cuda: 'CUDA', dml: 'DirectML' } as const;
const deviceWords = ({ device }: ModelSummary): string => deviceLabels[device];

/** Where it computes and why, and its memory. */
function describeModel(model: ModelSummary): string[] {
  const { deviceReason, otherDevices, memory, memoryRemark } = model;
  return [
    vscode.l10n.t('It computes on {0} ({1}).', deviceWords(model), deviceReason),
    memoryRemark ?? vscode.l10n.t('Training needs {0} of memory at most.', gibibytes(memory.peak)),
    ...otherDevices.map(({ device, reason, remedy }) =>
      vscode.l10n.t('{0} is not used: {1}. {2}', deviceLabels[device], reason, remedy),
    ),
  ];
}

export interface StateServices {
  readonly queue: JobQueue;
  readonly activities: Activities;
  readonly texts: MarkedTexts;
  readonly lastEditor: LastEditor;
}

interface Shown {
  readonly text: string;
  readonly title: string;
  /** What choosing it shows: the panel of a job, or the list of what runs. */
  readonly command: string | vscode.Command;
}

/** How the text under the cursor stands; where there is none, what runs. */
export class StateItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('protoTokens', vscode.StatusBarAlignment.Left, 50);
  private readonly subscriptions: readonly { dispose(): void }[];

  constructor(private readonly services: StateServices) {
    const { queue, activities, texts, lastEditor } = services;
    this.item.name = vscode.l10n.t('Proto-Tokens State');
    const update = (): void => this.update();
    this.subscriptions = [
      this.item,
      queue.onDidChange(update),
      texts.onDidProgress(update),
      texts.onDidChange(update),
      lastEditor.onDidChange(update),
      activities.onDidChange(update),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const shown = this.shown();
    if (!shown) {
      this.item.hide();
      return;
    }
    const { text, title, command } = shown;
    this.item.text = text;
    this.item.command = command;
    this.item.tooltip = title;
    this.item.accessibilityInformation = { label: `${title}: ${text.replace(/\$\([^)]*\)\s*/g, '')}` };
    this.item.show();
  }

  private shown(): Shown | undefined {
    const { queue, activities, texts, lastEditor } = this.services;
    const here = texts.under(lastEditor.current);
    if (here) return ofJob(here.job, here.source.isStale);
    if (queue.running) return ofJob(queue.running, false);
    const activity = activities.running.at(-1);
    return (
      activity && {
        text: `$(sync~spin) ${activityText(activity)}`,
        title: activity.request.title,
        command: 'protoTokens.jobs.focus',
      }
    );
  }
}

function ofJob(job: Job, isStale: boolean): Shown {
  const title = job.request.title;
  const command = { title, command: 'protoTokens.showPanel', arguments: [job.id] };
  return { text: isStale ? `$(history) ${vscode.l10n.t('edited')}` : describe(job), title, command };
}

function describe(job: Job): string {
  const { score } = job;
  const figures = score ? counts.part(score.correct, counts.tokens(score.tokens)) : '';
  switch (job.status) {
    case 'running':
    case 'cancelling':
      return `$(sync~spin) ${progressText(job)}`;
    case 'queued':
      return `$(clock) ${vscode.l10n.t('waiting')}`;
    case 'finished':
      return `$(${score && score.correct < score.tokens ? 'warning' : 'check'}) ${figures}`;
    case 'failed':
      return `$(error) ${vscode.l10n.t('failed')}`;
    case 'cancelled':
      return `$(debug-pause) ${figures || vscode.l10n.t('cancelled')}`;
    case 'interrupted':
      return `$(debug-pause) ${figures || vscode.l10n.t('interrupted')}`;
  }
}

import * as vscode from 'vscode';
import { folderName } from '../../runtime/models/folder-name.ts';
import { arrangements, isArrangementName } from '../../runtime/training/arrangement.ts';
import type { Activity, ActivityKind } from '../jobs/activities.ts';
import type { Job } from '../jobs/job.ts';
import { activityText, progressText } from '../jobs/progress.ts';
import { standingOf } from '../jobs/standing.ts';
import { counts } from '../localized-counts.ts';
import type { Standing } from '../protocol.ts';
import { escaped } from './markdown.ts';

const mostTextLetters = 600;

/** The codicon of each standing, and its colour where the theme has one for it: no two are told apart by colour alone. */
const icons: Readonly<Record<Standing, readonly [name: string, colour?: string]>> = {
  queued: ['clock'],
  running: ['sync~spin'],
  cancelling: ['loading~spin'],
  perfect: ['pass', 'charts.blue'],
  imperfect: ['warning', 'charts.orange'],
  cancelled: ['circle-slash'],
  interrupted: ['debug-pause'],
  failed: ['error', 'list.errorForeground'],
};
const activityIcons: Readonly<Record<ActivityKind, string>> = {
  solutions: 'type-hierarchy',
  connect: 'git-compare',
  surface: 'graph',
  probe: 'search',
  distances: 'table',
  model: 'chip',
  experiment: 'beaker',
};

const themeIcon = ([name, colour]: readonly [string, string?]): vscode.ThemeIcon =>
  new vscode.ThemeIcon(name, colour === undefined ? undefined : new vscode.ThemeColor(colour));

/** What a standing is called. */
export function standingText(standing: Standing): string {
  const words: Record<Standing, string> = {
    queued: vscode.l10n.t('queued'),
    running: vscode.l10n.t('running'),
    cancelling: vscode.l10n.t('being cancelled'),
    perfect: vscode.l10n.t('perfect'),
    imperfect: vscode.l10n.t('some tokens wrong'),
    cancelled: vscode.l10n.t('cancelled'),
    interrupted: vscode.l10n.t('interrupted'),
    failed: vscode.l10n.t('failed'),
  };
  return words[standing];
}

/** An entry of the list for work beside the compressions. */
export function activityItem(activity: Activity): vscode.TreeItem {
  const { title, kind } = activity.request;
  const { status } = activity;
  const item = new vscode.TreeItem(title);
  item.id = activity.id;
  item.description = activity.isOver ? standingText(status) : activityText(activity);
  item.tooltip = activity.problem ?? title;
  item.iconPath = themeIcon(status === 'running' ? [activityIcons[kind]] : icons[status]);
  item.contextValue = `activity.${status}`;
  if (kind === 'experiment')
    item.command = {
      title: vscode.l10n.t('Show Experiment'),
      command: 'protoTokens.showExperiment',
      arguments: [activity.id],
    };
  item.accessibilityInformation = { label: `${title}, ${item.description}` };
  return item;
}

/**
 * An entry of the list for a compression.
 *
 * @param before how many jobs begin before it, when it waits
 */
export function jobItem(job: Job, before: number): vscode.TreeItem {
  const standing = standingOf(job);
  const item = new vscode.TreeItem(job.name);
  item.id = job.id;
  item.description = descriptionOf(job, standing, before);
  item.tooltip = tooltipOf(job, standing);
  item.iconPath = themeIcon(icons[standing]);
  item.contextValue = contextOf(job, standing);
  item.command = { title: vscode.l10n.t('Panel'), command: 'protoTokens.showPanel', arguments: [job.id] };
  item.accessibilityInformation = { label: `${job.name}, ${standingText(standing)}, ${item.description}` };
  return item;
}

/** "job.finished.result.wrong": what menus ask for. */
function contextOf({ status, file }: Job, standing: Standing): string {
  return `job.${status}${file ? '.result' : ''}${standing === 'imperfect' ? '.wrong' : ''}`;
}

/** "19 of 28 · seed 3 · lbfgs · demo-model": what differs most often comes first, as a side bar cuts off the rest. */
function descriptionOf(job: Job, standing: Standing, before: number): string {
  const { request, score } = job;
  const settings = [
    vscode.l10n.t('seed {0}', request.choices.seed),
    request.choices.recipe,
    folderName(request.model.folder).id,
  ];
  const state = (): string => {
    if (standing === 'running' || standing === 'cancelling') return progressText(job);
    if (standing === 'queued') return queuedText(before);
    if (!score || standing === 'failed') return standingText(standing);
    return counts.part(score.correct, score.tokens.toLocaleString());
  };
  return [state(), ...settings].join(' · ');
}

function queuedText(before: number): string {
  if (before === 0) return vscode.l10n.t('next in the queue');
  return before === 1 ? vscode.l10n.t('queued behind 1 other') : vscode.l10n.t('queued behind {0} others', before);
}

/** Everything that is known of a job. What comes from texts and files is escaped. */
function tooltipOf(job: Job, standing: Standing): vscode.MarkdownString {
  const { request, score, problem, latest } = job;
  const { choices } = request;
  const result = job.result();
  const evaluations = result?.evaluations ?? latest?.evaluations;
  const seconds = result?.seconds ?? latest?.seconds;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [vscode.l10n.t('State'), standingText(standing)],
    [vscode.l10n.t('Problem'), problem ?? undefined],
    [vscode.l10n.t('Right in one pass'), score && counts.part(score.correct, counts.tokens(score.tokens))],
    [vscode.l10n.t('From'), request.title],
    [vscode.l10n.t('When'), new Date(job.created).toLocaleString(vscode.env.language)],
    [vscode.l10n.t('Model'), folderName(request.model.folder).id],
    [vscode.l10n.t('Device'), result?.device],
    [vscode.l10n.t('Arrangement'), arrangementLabel(choices.arrangement)],
    [vscode.l10n.t('Recipe'), choices.recipe],
    [vscode.l10n.t('Seed'), String(choices.seed)],
    [vscode.l10n.t('Evaluations'), evaluations?.toLocaleString(vscode.env.language)],
    [vscode.l10n.t('Training time'), seconds === undefined ? undefined : vscode.l10n.t('{0} s', seconds.toFixed(1))],
    [vscode.l10n.t('Saved as'), job.saved?.name],
  ];
  const lines = facts.flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${escaped(value)}  `));
  const text = job.name === request.text ? [] : ['', '---', '', escaped(request.text.slice(0, mostTextLetters))];
  return new vscode.MarkdownString([`**${escaped(job.name)}**`, '', ...lines, ...text].join('\n'));
}

/** As in Table 1 of the paper. */
const arrangementLabel = (name: string): string => (isArrangementName(name) ? arrangements[name].label : name);

import * as vscode from 'vscode';
import type { LastEditor } from '../editor/last-editor.ts';
import type { MarkedTexts } from '../editor/marked-texts.ts';
import type { Activities, Activity } from '../jobs/activities.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { meantJob } from '../jobs/meant-job.ts';
import { idOf, namedJob } from '../jobs/named-job.ts';
import { Notice } from '../notice.ts';
import { type FilesTree, urisOf } from '../trees/files-tree.ts';

export interface JobsAtHand {
  readonly queue: JobQueue;
  readonly texts: MarkedTexts;
  readonly lastEditor: LastEditor;
  /** The job of the panel, while that has the focus. */
  readonly focusedJob: () => Job | undefined;
}

export const hasResult = ({ file }: Job): boolean => file !== undefined;

/**
 * The job that a command is about: named by a CodeLens or a list, else the one that is meant (see `meantJob`).
 *
 * @throws Notice when there is none at all.
 */
export function jobOf(
  { queue, texts, lastEditor, focusedJob }: JobsAtHand,
  given: unknown,
  serves: (job: Job) => boolean = () => true,
): Job {
  return namedJob(given, queue.jobs, () => {
    const editor = lastEditor.current;
    const situation = {
      focused: focusedJob(),
      here: editor ? texts.in(editor.document) : [],
      cursor: editor?.document.offsetAt(editor.selection.active) ?? 0,
      running: queue.running,
      all: queue.jobs,
    };
    const job = meantJob(situation, serves);
    if (job) return job;
    throw new Notice(vscode.l10n.t('Nothing has been compressed yet; select some text first.'), [
      {
        label: vscode.l10n.t('Try a Sample'),
        run: () => vscode.commands.executeCommand('protoTokens.compressSample'),
      },
    ]);
  });
}

/** What is to be cancelled: what is named, else what the engine works for, else what waits. */
export function runningOf(
  { queue, activities }: { readonly queue: JobQueue; readonly activities: Activities },
  given: unknown,
): { cancel(): void } {
  const running = queue.running ?? activities.running.at(-1) ?? queue.jobs.findLast(({ isOver }) => !isOver);
  if (!running && idOf(given) === undefined)
    throw new Notice(vscode.l10n.t('Nothing is running that could be cancelled.'));
  return namedJob<Job | Activity>(given, [...queue.jobs, ...activities.all], () => running);
}

/** The file that a command is about: the one clicked, else the one open in front. */
export function fileOf(given: unknown, selected: unknown, tree: FilesTree): vscode.Uri {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const open = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? [input.uri] : [];
  const [uri] = [...urisOf(given, selected), ...open.filter(({ path }) => path.endsWith('.proto')), ...tree.selected];
  if (!uri)
    throw new Notice(vscode.l10n.t('No .proto file is open; open one, or choose one in the view of files first.'), [
      {
        label: vscode.l10n.t('Show the Files'),
        run: () => vscode.commands.executeCommand('protoTokens.files.focus'),
      },
    ]);
  return uri;
}

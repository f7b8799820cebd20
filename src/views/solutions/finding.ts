import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { SolutionChoices } from '../../runtime/analysis/solutions/options.ts';
import type { ParametersOf } from '../../runtime/operations/operation.ts';
import { findSolutions, gatherSolutions } from '../../runtime/operations/solutions.ts';
import type { NamedFile } from '../../runtime/results/files.ts';
import type { SolutionsProgress, SolutionsSummary, SolvedText } from '../../runtime/results/solutions.ts';
import { openText } from '../editor/open-text.ts';
import type { Engine } from '../engine.ts';
import { nameOf, readBytes, saveToWorkspace, solutionsEnding } from '../files/saving.ts';
import type { Activities, Activity, ActivityProgress } from '../jobs/activities.ts';
import { listWords } from '../jobs/list-words.ts';
import type { SearchPlan } from '../jobs/plan.ts';
import { showActivity } from '../jobs/progress.ts';
import { counts } from '../localized-counts.ts';
import { Notice } from '../notice.ts';
import type { Settings } from '../settings.ts';
import { solutionsEditorType } from './editor-type.ts';

/** Texts whose solutions are wanted, and where they came from. */
export interface Wanted {
  readonly title: string;
  readonly source: vscode.Uri | undefined;
  readonly texts: readonly SolvedText[];
  readonly continuations?: ParametersOf<typeof findSolutions.parameters>['continuations'];
}

/** Finds many solutions of texts, keeps them in the workspace as NAME.solutions.json and opens that. */
export class SolutionFinding {
  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
    private readonly activities: Activities,
  ) {}

  /** Every selection of the active editor is a text. @throws Notice when nothing is selected. */
  async ofSelections(): Promise<void> {
    const { document, texts } = selectedTexts(
      vscode.l10n.t('Select one or several texts first, with several cursors if you like.'),
      document => this.ofFiles([document.uri]),
    );
    await this.find({ title: nameOf(document.uri), source: document.uri, texts });
  }

  /** Every file is a text. @throws Notice when there is none. */
  async ofFiles(uris: readonly vscode.Uri[]): Promise<void> {
    const [first] = uris;
    if (!first) throw new Notice(vscode.l10n.t('Choose one or several text files first.'));
    const documents = await Promise.all(uris.map(uri => openText(uri)));
    const texts = documents.map(document => ({ title: nameOf(document.uri), text: document.getText() }));
    await this.find({ title: nameOf(first), source: first, texts });
  }

  /** The text of a job. */
  async ofText(title: string, text: string, source: vscode.Uri | undefined): Promise<void> {
    await this.find({ title, source, texts: [{ title, text }] });
  }

  /** Texts that the model itself goes on with after the selection. @throws Notice when nothing is selected. */
  async ofContinuations(): Promise<void> {
    const { document, texts } = selectedTexts(
      vscode.l10n.t('Select one or several contexts first, from which the model goes on.'),
      document => this.continue(document, [{ title: nameOf(document.uri), text: document.getText() }]),
    );
    await this.continue(document, texts);
  }

  private async continue({ uri }: vscode.TextDocument, contexts: readonly SolvedText[]): Promise<void> {
    const count = await askNumber(vscode.l10n.t('Continuations of each context'), 8);
    const tokens = count && (await askNumber(vscode.l10n.t('Tokens of each continuation'), 16));
    if (!count || !tokens) return;
    const continuations = { contexts, count, tokens };
    await this.find({ title: nameOf(uri), source: uri, texts: [], continuations }, 1);
  }

  /** The solutions that .proto files hold, together in one file. @throws Notice when there are less than two. */
  async gather(uris: readonly vscode.Uri[]): Promise<void> {
    const [first] = uris;
    if (!first || uris.length < 2)
      throw new Notice(vscode.l10n.t('Select at least two .proto files to compare their solutions.'));
    const files: NamedFile[] = await Promise.all(
      uris.map(async uri => ({ name: nameOf(uri), file: await readBytes(uri) })),
    );
    const { model } = this.settings;
    const bytes = await this.engine.use(engine => engine.call(gatherSolutions, { ...model, files }));
    await this.keep(bytes, vscode.l10n.t('comparison'), first);
  }

  /** Goes on with a search that an earlier window had begun, or that has failed. */
  async resume(activity: Activity, plan: SearchPlan): Promise<void> {
    if (activity.isOver) await this.search(activity, plan);
  }

  private async find(wanted: Wanted, usualSeeds = 10): Promise<void> {
    const seeds = await askNumber(vscode.l10n.t('Solutions of each text'), usualSeeds);
    if (!seeds) return;
    const { arrangement, recipe, budget, seed, sharedM } = this.settings.choices;
    // Names from settings, which anybody can edit: the engine checks them.
    const options = { arrangement, recipe, budget, seed, seeds, sharedM } as SolutionChoices;
    const { title, texts, source, continuations } = wanted;
    const request = { ...this.settings.model, texts, options };
    const plan: SearchPlan = {
      id: randomUUID(),
      kind: 'solutions',
      title: vscode.l10n.t('Finding solutions of {0}', title),
      place: { name: title, uri: source?.toString() ?? null },
      parameters: continuations ? { ...request, continuations } : request,
    };
    await this.search(plan, plan);
  }

  private async search(given: SearchPlan | Activity, { parameters, place }: SearchPlan): Promise<void> {
    const found = await this.activities.keep(given, async ({ signal, report, activity, checkpoint }) => {
      const result = await showActivity(this.activities, activity, () =>
        this.engine.call(
          findSolutions,
          { ...parameters, checkpoint },
          {
            signal,
            onProgress: progress => report(progressOf(progress)),
            onWait: others => report({ message: listWords.waiting(others) }),
          },
        ),
      );
      // Before it is gone from the list: a result that could not be saved is not lost.
      if (isWorthKeeping(result.summary))
        await this.keep(result.file, place.name, place.uri === null ? undefined : vscode.Uri.parse(place.uri));
      return result;
    });
    if (!found || found.summary.cancelled) void vscode.window.showInformationMessage(sentenceOf(found?.summary));
  }

  private async keep(bytes: Uint8Array, title: string, source: vscode.Uri | undefined): Promise<void> {
    const place = await saveToWorkspace({ bytes, title, ending: solutionsEnding, source }, this.settings.saveFolder);
    if (place) await vscode.commands.executeCommand('vscode.openWith', place, solutionsEditorType);
  }
}

/**
 * What is selected in the active editor.
 *
 * @throws Notice, with the whole text as the way on, when nothing is
 */
function selectedTexts(
  nothing: string,
  ofWhole: (document: vscode.TextDocument) => unknown,
): { document: vscode.TextDocument; texts: SolvedText[] } {
  const editor = vscode.window.activeTextEditor;
  if (!editor) throw new Notice(nothing);
  const { document, selections } = editor;
  const chosen = selections.filter(({ isEmpty }) => !isEmpty);
  if (!chosen.length)
    throw new Notice(nothing, [{ label: vscode.l10n.t('Use Whole File'), run: () => ofWhole(document) }]);
  const title = nameOf(document.uri);
  return {
    document,
    texts: chosen.map(range => ({ title: `${title}:${range.start.line + 1}`, text: document.getText(range) })),
  };
}

/** "7 of 10 solutions, 5 perfect"; the share is that of the tokens that come out right. */
function progressOf({ solutions, settled, perfect }: SolutionsProgress): ActivityProgress {
  return {
    message: vscode.l10n.t(
      '{0}, {1} perfect',
      counts.part(settled, counts.solutions(solutions.length)),
      perfect.toLocaleString(),
    ),
    share: solutions.reduce((sum, { correct, tokens }) => sum + correct / tokens, 0) / solutions.length,
  };
}

/** Of a search that was cancelled, what does not give its text is of no use. */
function isWorthKeeping({ cancelled, perfect }: SolutionsSummary): boolean {
  return !cancelled || perfect > 0;
}

/** What has become of a search that was cancelled. */
function sentenceOf(summary: SolutionsSummary | undefined): string {
  return summary?.perfect
    ? vscode.l10n.t(
        'The search was cancelled; what it had is kept: {0}, {1} with all tokens right.',
        counts.solutions(summary.solutions),
        summary.perfect,
      )
    : vscode.l10n.t('The search was cancelled before any solution had all tokens right; no file was written.');
}

/** A whole number of at least one; undefined when the person changed their mind. */
async function askNumber(prompt: string, usual: number): Promise<number | undefined> {
  const given = await vscode.window.showInputBox({
    prompt,
    value: String(usual),
    validateInput: text =>
      /^[1-9]\d{0,3}$/.test(text) ? undefined : vscode.l10n.t('A whole number from 1 to 9999, please.'),
  });
  return given === undefined ? undefined : Number(given);
}

import * as vscode from 'vscode';
import glossary from '../../docs/glossary.md';
import { parseGlossary } from '../glossary/glossary.ts';
import type { Report } from '../report/document.ts';
import { pages, reportFiles } from '../report/files.ts';
import { reportOfCompression, reportOfSolutions, type Subject } from '../report/gather.ts';
import { UserError } from '../runtime/errors.ts';
import { writeInside } from '../runtime/files/inside.ts';
import { nameInCommand } from '../runtime/models/folder-name.ts';
import type { ModelRequest } from '../runtime/operations/operation.ts';
import type { NamedFile } from '../runtime/results/files.ts';
import type { Engine } from './engine.ts';
import { checkOwnFolder, nameOf, protoEnding, readBytes, solutionsEnding, writeBeside } from './files/saving.ts';
import type { Job } from './jobs/job.ts';
import { showMarkdown } from './markdown-page.ts';
import { modelOfFile } from './models/model-of-file.ts';
import type { Settings } from './settings.ts';

/** Writes reports of runs and files, as Markdown and HTML, where the person wants them. */
export class ReportWriting {
  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
    private readonly demoModel: string,
  ) {}

  /** Of a .proto file or of a NAME.solutions.json. @throws UserError when it is neither. */
  async ofFile(uri: vscode.Uri): Promise<void> {
    const name = nameOf(uri);
    const file = { name, file: await readBytes(uri) };
    const make = name.endsWith('.json')
      ? (subject: Subject) => reportOfSolutions(this.engine, subject)
      : (subject: Subject) => reportOfCompression(this.engine, subject, null);
    const model = await modelOfFile(this.engine, this.settings, file);
    await this.write(file, vscode.Uri.joinPath(uri, '..'), model, make);
  }

  /** Of a compression in the list of jobs: with its training curves, and exactly what was asked for. */
  async ofJob(job: Job): Promise<void> {
    const { file, request } = job;
    const result = job.result();
    if (!file || !result)
      throw new UserError(vscode.l10n.t('There is no result to report yet; wait until the job has ended.'));
    const { choices, continueFrom, model, title } = request;
    const { evaluations, seconds, cancelled } = result;
    const stem = title.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'text';
    const run = {
      moments: job.toRecord().moments,
      evaluations,
      seconds,
      asked: { ...choices, cancelled },
      continueFrom,
    };
    await this.write({ name: `${stem}${protoEnding}`, file }, folderOf(job), model, subject =>
      reportOfCompression(this.engine, subject, run),
    );
  }

  private async write(
    file: NamedFile,
    beside: vscode.Uri | undefined,
    model: ModelRequest,
    make: (subject: Subject) => Promise<Report>,
  ): Promise<void> {
    const place = await choosePlace(beside, `${stemOf(file.name)}-report`);
    if (!place) return;
    checkOwnFolder(place);
    if (!(await mayWrite(place))) return;
    const title = vscode.l10n.t('Writing the report of {0}', file.name);
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () => {
      const report = await make({
        file,
        model,
        modelPath: model.folder === this.demoModel ? undefined : nameInCommand(model.folder),
        pathOf: name => pathOf(vscode.Uri.joinPath(place, name)),
      });
      for (const { file: name, bytes } of reportFiles(report, parseGlossary(glossary))) {
        if (place.scheme === 'file') await writeInside(place.fsPath, name, bytes);
        else {
          const target = vscode.Uri.joinPath(place, name);
          await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(target, '..'));
          await writeBeside(target, bytes);
        }
      }
    });
    await showMarkdown(vscode.Uri.joinPath(place, pages.markdown));
    void offerHtml(place);
  }
}

const stemOf = (name: string): string =>
  [protoEnding, solutionsEnding, '.proto', '.json'].reduce(
    (stem, ending) => (stem === name && name.endsWith(ending) ? name.slice(0, -ending.length) : stem),
    name,
  );

const pathOf = (uri: vscode.Uri): string => (uri.scheme === 'file' ? uri.fsPath : uri.path);

/** The folder of the workspace that a job's text belongs to, or else the first one. */
function folderOf({ source }: Job): vscode.Uri | undefined {
  const own = source && vscode.workspace.getWorkspaceFolder(source.uri);
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri;
}

/** A folder for the report; undefined when the person changed their mind. */
async function choosePlace(beside: vscode.Uri | undefined, name: string): Promise<vscode.Uri | undefined> {
  const near = beside && vscode.Uri.joinPath(beside, name);
  const items = [
    ...(near ? [{ label: `$(folder) ${name}`, description: vscode.workspace.asRelativePath(near), place: near }] : []),
    { label: vscode.l10n.t('$(folder-opened) Choose Another Folder ...'), description: '', place: undefined },
  ];
  const title = vscode.l10n.t('Write Report: Markdown, HTML and pictures into a folder');
  const chosen = await vscode.window.showQuickPick(items, { title });
  if (!chosen || chosen.place) return chosen?.place;
  const openLabel = vscode.l10n.t('Write Report Here');
  const [folder] =
    (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel })) ?? [];
  return folder && vscode.Uri.joinPath(folder, name);
}

/** Whether the place is free, or a report that is there may be replaced. */
async function mayWrite(place: vscode.Uri): Promise<boolean> {
  const there = await vscode.workspace.fs.stat(vscode.Uri.joinPath(place, pages.markdown)).then(
    () => true,
    () => false,
  );
  if (!there) return true;
  const replace = vscode.l10n.t('Replace');
  const question = vscode.l10n.t('{0} holds a report already. Replace it?', vscode.workspace.asRelativePath(place));
  return (await vscode.window.showWarningMessage(question, { modal: true }, replace)) === replace;
}

/** Says where the report is, and leads to its other form. */
async function offerHtml(place: vscode.Uri): Promise<void> {
  const html = vscode.Uri.joinPath(place, pages.html);
  const inBrowser = vscode.l10n.t('Open HTML in Browser');
  const reveal = vscode.l10n.t('Reveal in Explorer');
  // A browser here cannot open a file that lies elsewhere.
  const isHere =
    html.scheme === 'file' && vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  const message = vscode.l10n.t('The report was written to {0}.', vscode.workspace.asRelativePath(place));
  const chosen = await vscode.window.showInformationMessage(message, ...(isHere ? [inBrowser] : []), reveal);
  if (chosen === inBrowser) await vscode.env.openExternal(html);
  if (chosen === reveal) await vscode.commands.executeCommand('revealInExplorer', html);
}

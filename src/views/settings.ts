import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../runtime/errors.ts';
import type { DeviceChoice } from '../runtime/onnxruntime/device-names.ts';
import type { ModelRequest } from '../runtime/operations/operation.ts';
import { isInside, isReallyInside } from './paths.ts';
import type { Choices } from './protocol.ts';

const section = 'protoTokens';
/** A day, as package.json says. */
const mostIdleMinutes = 1440;

/** What people have set, read when it is needed. Restricted ones are the user's own in an untrusted workspace. */
export class Settings {
  constructor(readonly demoModel: string) {}

  /** The demo model unless another folder is named; "~" is the home folder. */
  get modelFolder(): string {
    const named = this.get<string>('model').trim();
    if (!named) return this.demoModel;
    return resolve(named.startsWith('~/') ? join(homedir(), named.slice(2)) : named);
  }

  /** Whether the model is the one that comes with the extension. */
  get isDemoModel(): boolean {
    return this.modelFolder === this.demoModel;
  }

  /** @throws UserError when the model lies in a workspace that is not trusted. */
  get model(): ModelRequest {
    const folder = this.modelFolder;
    if (!this.mayLoad(folder))
      throw new UserError(
        vscode.l10n.t(
          'The model {0} lies in a workspace that you do not trust; trust the workspace or choose another model.',
          folder,
        ),
      );
    return { folder, device: this.device };
  }

  get device(): DeviceChoice {
    return this.get<DeviceChoice>('device');
  }

  /** Whether a model may be loaded from a folder: never from a workspace that is not trusted. */
  mayLoad(folder: string): boolean {
    return vscode.workspace.isTrusted || !isInWorkspace(folder);
  }

  get choices(): Choices {
    const budget = this.get<number | null>('budget');
    return {
      arrangement: this.get<string>('arrangement'),
      recipe: this.get<string>('recipe'),
      segmentLength: this.get<number>('segmentLength'),
      budget: budget ?? undefined,
      seed: this.get<number>('seed'),
      sharedM: this.get<boolean>('sharedM'),
    };
  }

  /** Relative to the workspace folder; empty for the folder of the text. */
  get saveFolder(): string {
    return this.get<string>('saveFolder').trim();
  }

  get ghostText(): boolean {
    return this.get<boolean>('ghostText');
  }

  /** Further places where the loader looks for CUDA's libraries. */
  get libraryPath(): string {
    return this.get<string>('libraryPath').trim();
  }

  /** Address of a feed to take the CUDA provider from; empty for that of the runtime's maker. */
  get cudaFeed(): string {
    return this.get<string>('cudaFeed').trim();
  }

  /** The proxy of VS Code itself; empty where there is none. */
  get proxy(): string {
    return vscode.workspace.getConfiguration('http').get<string>('proxy', '').trim();
  }

  /** A timer of more than 24 days would end at once; a file of settings may say anything. */
  get idleMinutes(): number {
    return Math.min(this.get<number>('engineIdleMinutes'), mostIdleMinutes);
  }

  async chooseModel(folder: string): Promise<void> {
    await this.set('model', folder === this.demoModel ? '' : folder);
  }

  async toggleGhostText(): Promise<void> {
    await this.set('ghostText', !this.ghostText);
  }

  private get configuration(): vscode.WorkspaceConfiguration {
    return vscode.workspace.getConfiguration(section);
  }

  /** Changes a setting where it is set that counts: a person's own is of no effect where the workspace has another. */
  private async set(name: string, value: unknown): Promise<void> {
    const { Global, Workspace } = vscode.ConfigurationTarget;
    const isOfWorkspace = this.configuration.inspect(name)?.workspaceValue !== undefined;
    await this.configuration.update(name, value, isOfWorkspace ? Workspace : Global);
  }

  private get<T>(name: string): T {
    const value = this.configuration.get<T>(name);
    if (value === undefined) throw new Error(`package.json has no setting ${section}.${name}`);
    return value;
  }
}

function isInWorkspace(folder: string): boolean {
  return (vscode.workspace.workspaceFolders ?? []).some(
    // By its name, and by where it really is: a link may lead out of the workspace, or into it.
    ({ uri }) => uri.scheme === 'file' && (isInside(uri.fsPath, folder) || isReallyInside(uri.fsPath, folder)),
  );
}

import { cpSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { chromiumArguments, chromiumPath } from '../../support/chromium.mjs';
import { inRepository } from '../../support/paths.ts';
import { removeFolder } from '../../support/run-folder.ts';
import { Server, type ServerOptions } from '../server.mjs';
import { type OpenOptions, Workbench } from './workbench.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder in which the packaged extension is installed, as people install it. */
    readonly installedExtensions: string;
  }
}

export interface SessionOptions extends Omit<ServerOptions, 'extensions'>, OpenOptions {
  /** Files of the workspace, by their names. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** The person's settings that name something of the workspace. */
  readonly settingsIn?: (workspace: string) => NonNullable<ServerOptions['settings']>;
  /** Leaves the packaged extension out, for one under development. */
  readonly notInstalled?: boolean;
}

export interface Session {
  readonly server: Server;
  readonly workbench: Workbench;
  readonly workspace: string;
  /** Takes a picture of the window; one of the README's is also kept there when pictures are to be updated. */
  picture(name: string, clip?: { x: number; y: number; width: number; height: number }): Promise<void>;
}

const pictures = inRepository('test/e2e/.cache/pictures');
const readmePictures = [
  'panel-tokens',
  'panel-training',
  'panel-result',
  'mismatches',
  'file-editor',
  'solutions-distances',
  'solutions-connectivity',
];
const mostPictureBytes = 250_000;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
}

/** A workspace with these files. */
export function makeWorkspace(files: SessionOptions['files']): string {
  const workspace = join(mkdtempSync(join(tmpdir(), 'proto-tokens-workspace-')), 'lighthouse');
  mkdirSync(workspace);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    writeFileSync(join(workspace, name), content);
  }
  return workspace;
}

/** A VS Code with a workspace for the tests of a file. After a test that fails there is a picture of the window. */
export function useVsCode({ files, settingsIn, notInstalled = false, ...options }: SessionOptions): () => Session {
  let session: (Session & { readonly browser: Browser }) | undefined;

  beforeAll(async () => {
    const workspace = makeWorkspace(files);
    const extensions = notInstalled ? {} : { extensions: inject('installedExtensions') };
    const settings = { ...options.settings, ...settingsIn?.(workspace) };
    const server = await Server.start({ ...options, settings, ...extensions });
    const browser = await launchBrowser();
    const workbench = await Workbench.open(browser, server, workspace, options);
    session = { workbench, workspace, browser, server, picture: (name, clip) => takePicture(workbench, name, clip) };
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await session?.workbench.picture(join(pictures, `failed ${task.name}.png`));
  });

  afterAll(async () => {
    await session?.browser.close();
    await session?.server.stop();
    if (session) removeFolder(dirname(session.workspace));
  });

  return () => {
    if (!session) throw new Error('VS Code is not open yet');
    return session;
  };
}

async function takePicture(
  workbench: Workbench,
  name: string,
  clip?: Parameters<Session['picture']>[1],
): Promise<void> {
  const file = join(pictures, `${name}.png`);
  await workbench.picture(file, clip);
  if (!process.env.UPDATE_PICTURES || !readmePictures.includes(name)) return;
  if (statSync(file).size > mostPictureBytes) throw new Error(`the picture ${name} is larger than 250 kB`);
  cpSync(file, inRepository(`media/readme/${name}.png`));
}

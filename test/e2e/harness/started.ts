import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { inRepository } from '../../support/paths.ts';
import { launchBrowser } from './session.ts';
import { Workbench } from './workbench.ts';

/** What `npm start -- --browser` gives a person: a window, and what the terminal says. */
export class Started {
  private constructor(
    readonly workbench: Workbench,
    /** All that was printed. */
    readonly printed: string,
    private readonly child: ChildProcess,
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Started> {
    const folder = mkdtempSync(join(tmpdir(), 'proto-tokens-start-'));
    const workspace = join(folder, 'sample-workspace');
    const script = inRepository('tools/start.mjs');
    const child = spawn(process.execPath, [script, '--browser', '--workspace', workspace], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const printed = await untilItHasSaid(child);
    const [address = ''] = printed.match(/http:\S+/) ?? [];
    const browser = await launchBrowser();
    const workbench = await Workbench.open(browser, { address }, workspace);
    return new Started(workbench, printed, child, browser, folder);
  }

  /** As Ctrl-C does in the terminal. */
  async stop(): Promise<void> {
    await this.browser.close();
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill('SIGINT');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Everything that is printed until the last step of what to do next. */
function untilItHasSaid(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (part: Buffer) => {
      printed += part.toString();
      if (/^ *3\. .*\n/m.test(printed)) resolve(printed);
    });
    child.once('exit', code => reject(new Error(`npm start ended with ${code}: ${printed}`)));
  });
}

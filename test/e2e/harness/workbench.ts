import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import type { Server, SettingValues } from '../server.mjs';

const patience = 300_000;

export interface OpenOptions {
  /** Folder of an extension under development, to load beside the installed ones. */
  readonly extension?: string;
  /** Module whose `run` is called inside the extension host. */
  readonly tests?: string;
  /** Of the workspace, opened at once. */
  readonly file?: string;
  /** Of the workspace: a .code-workspace file to open in place of the folder. */
  readonly workspaceFile?: string;
  /** Done to the page before it is loaded. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** A window of VS Code and what a person does in it. */
export class Workbench {
  private constructor(
    readonly page: Page,
    readonly workspace: string,
    readonly server: Pick<Server, 'address'>,
  ) {}

  static async open(
    browser: Browser,
    server: Pick<Server, 'address'>,
    workspace: string,
    options: OpenOptions = {},
  ): Promise<Workbench> {
    const page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
    page.setDefaultTimeout(patience);
    const workbench = new Workbench(page, workspace, server);
    await options.prepare?.(page);
    await page.goto(workbench.addressFor(options));
    await workbench.untilReady();
    return workbench;
  }

  addressFor({ extension, tests, file, workspaceFile }: OpenOptions): string {
    // The authority that the window itself has: a file of another one would be another file.
    const remote = (path: string): string => `vscode-remote://${new URL(this.server.address).host}${resolve(path)}`;
    const payload = [
      ...(extension ? [['extensionDevelopmentPath', remote(extension)]] : []),
      ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
      ...(file ? [['openFile', remote(`${this.workspace}/${file}`)]] : []),
    ];
    const query = payload.length ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : '';
    const folder = resolve(this.workspace);
    const place = workspaceFile
      ? `workspace=${encodeURIComponent(join(folder, workspaceFile))}`
      : `folder=${encodeURIComponent(folder)}`;
    return `${this.server.address}/?${place}${query}`;
  }

  async untilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.page.locator('.activitybar .action-label[aria-label="Proto-Tokens"]').waitFor();
  }

  /**
   * Loads the window anew. One that was opened with a file in its address would open that in place of the editors that
   * were open.
   */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.untilReady();
  }

  /** Runs a command by its name in the palette. */
  async command(name: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first();
    const found = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name });
    // An editor that opens takes the focus, which closes the palette: a key would then be typed into its text.
    for (let tries = 0; tries < 10; tries++) {
      // An open palette does not learn of commands that have come since: one that lacks the command is opened anew.
      if (tries) await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('F1');
      await enter(input, `>${name}`);
      await row.waitFor({ timeout: 5000 }).catch(() => undefined);
      // What was used last stands first when its name is alike.
      for (let presses = 0; presses < 10 && (await row.isVisible()) && !(await found.isVisible()); presses++)
        await this.page.keyboard.press('ArrowDown');
      if (!(await found.isVisible())) continue;
      const accepted = await input.press('Enter', { timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (accepted) return;
    }
    throw new Error(`the palette does not offer "${name}"`);
  }

  /** Runs a command and chooses from the list that it offers. An editor that takes the focus closes that: it is run again. */
  async choose(command: string, item: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: item }).first();
    for (let tries = 0; tries < 10; tries++) {
      await this.command(command);
      const chosen = await row.click({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
      if (chosen) return;
    }
    throw new Error(`"${command}" does not offer "${item}"`);
  }

  /** Writes the settings of the workspace anew; VS Code notices by itself. */
  configure(settings: SettingValues): void {
    mkdirSync(join(this.workspace, '.vscode'), { recursive: true });
    writeFileSync(join(this.workspace, '.vscode', 'settings.json'), JSON.stringify(settings));
  }

  /** Opens a file of the workspace and gives it the focus. */
  async openFile(name: string): Promise<void> {
    const found = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name });
    // The search does not always know yet of a file that has just been written; it looks anew when it is opened again. An
    // editor that opens closes it.
    for (let tries = 0; tries < 10 && !(await found.isVisible()); tries++) {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+P');
      await enter(this.page.locator('.quick-input-widget input[type="text"]'), name);
      await found.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab.active[aria-label^="${name}"]`).first().waitFor();
  }

  editor(file: string): Locator {
    return this.page.locator(`.monaco-editor[data-uri$="/${file}"]`).first();
  }

  /** Selects a line of a file that holds a text, with the mouse and the keyboard. */
  async selectLine(file: string, text: string): Promise<void> {
    await this.editor(file).locator('.view-line', { hasText: text }).first().click();
    // Once goes to the end of what is left of a line that is wrapped, twice to the end of all of it.
    for (const key of ['Home', 'Shift+End', 'Shift+End']) await this.page.keyboard.press(key);
    await this.page.locator('.statusbar-item', { hasText: 'selected)' }).waitFor();
  }

  /** Selects a line, right-clicks what is selected and chooses from the menu. */
  async chooseOnLine(file: string, text: string, item: string): Promise<void> {
    const entry = this.menuEntry(item);
    // Where the editor moves between the look and the click, the click meets no selection, and the menu lacks the entry.
    for (let tries = 0; tries < 10 && !(await entry.isVisible()); tries++) {
      await this.page.keyboard.press('Escape');
      await this.selectLine(file, text);
      const selection = this.editor(file).locator('.selected-text').first();
      // Found and measured at once: the editor draws a selection again whenever its own size changes.
      const box = await selection.evaluate(element => element.getBoundingClientRect().toJSON());
      await this.page.mouse.click(box.x + Math.min(box.width / 2, 200), box.y + box.height / 2, { button: 'right' });
      await entry.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await this.chooseFromMenu(item);
  }

  private menuEntry(item: string): Locator {
    return this.page.locator('.monaco-menu .action-item:not(.disabled)', { hasText: item }).last();
  }

  /** Chooses from the menu that is open, or from a part of it. */
  async chooseFromMenu(item: string): Promise<void> {
    const entry = this.menuEntry(item);
    const gone = (): Promise<boolean> =>
      entry.waitFor({ state: 'hidden', timeout: 2000 }).then(
        () => true,
        () => false,
      );
    // A menu takes no click in its first moments: the one that opened it may still be on its way.
    for (let tries = 0; tries < 10; tries++) {
      await entry.click();
      if (await gone()) return;
    }
    throw new Error(`the menu stays open at "${item}"`);
  }

  /** The content of the webview that holds something with a text. */
  async webview(selector: string, text = ''): Promise<Frame> {
    for (const end = Date.now() + patience; Date.now() < end; await this.page.waitForTimeout(100))
      for (const frame of this.page.frames())
        if (
          /\/fake\.html\?/.test(frame.url()) &&
          (await frame
            .locator(selector, { hasText: text })
            .count()
            .catch(() => 0))
        )
          return frame;
    throw new Error(`no webview holds ${selector} ${text}`);
  }

  notification(text: string): Locator {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  /** Clicks a button of a notification. One that nobody has answered for a while hides, and is shown again by asking. */
  async answer(text: string, button: string): Promise<void> {
    const shown = this.notification(text).locator('.monaco-button', { hasText: button });
    for (let tries = 0; tries < 10; tries++) {
      const clicked = await shown.click({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (clicked) return;
      await this.command('Notifications: Show Notifications');
    }
    throw new Error(`no notification with "${text}" has a button "${button}"`);
  }

  async dismissNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notification-list-item').first().waitFor({ state: 'hidden' });
  }

  statusBarItem(text: string): Locator {
    return this.page.locator('.statusbar-item', { hasText: text }).first();
  }

  codeLens(text: string): Locator {
    return this.page.locator('.codelens-decoration', { hasText: text }).first();
  }

  /** Names of the tabs of all columns, in their order. */
  async tabs(): Promise<string[]> {
    const labels = await this.page.locator('.tab .label-name').allTextContents();
    return labels.map(label => label.trim());
  }

  /** Opens a view of the activity bar. */
  async openView(name: string): Promise<void> {
    await this.page.locator(`.activitybar .action-label[aria-label^="${name}"]`).first().click();
  }

  treeItem(text: string): Locator {
    return this.page.locator('.sidebar .monaco-list-row', { hasText: text }).first();
  }

  /** The text of the first new document, as its editor shows it. */
  async untitledText(): Promise<string> {
    const lines = this.page.locator('.monaco-editor[data-uri^="untitled:"] .view-lines').first();
    return ((await lines.textContent()) ?? '').replaceAll('\u00a0', ' ').replaceAll('·', ' ');
  }

  /** A picture of the window, once the icons of the webviews are there. */
  async picture(file: string, clip?: { x: number; y: number; width: number; height: number }): Promise<void> {
    mkdirSync(dirname(file), { recursive: true });
    for (const frame of this.page.frames())
      await frame.evaluate('document.fonts.ready.then(() => undefined)').catch(() => undefined);
    await this.page.screenshot({ path: file, ...(clip ? { clip } : {}) });
  }
}

/**
 * Writes into the palette's field, and nowhere else: keys would go to an editor that opens in the middle and takes the focus.
 * Nothing where there is no field.
 */
async function enter(field: Locator, text: string): Promise<void> {
  try {
    await field.waitFor({ timeout: 5000 });
    await field.evaluate((element, value) => {
      Object.assign(element, { value });
      element.dispatchEvent(new Event('input', { bubbles: true }));
    }, text);
  } catch {
    // It has closed.
  }
}

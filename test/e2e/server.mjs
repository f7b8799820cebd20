// Starts and stops a VS Code that serves browsers (code-server), with a home folder of its own.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { entry } from './setup.mjs';

/** @typedef {Readonly<Record<string, unknown>>} SettingValues */

/**
 * Nothing that pops up, goes to the network or differs from run to run.
 *
 * @type {SettingValues}
 */
const quietSettings = {
  'breadcrumbs.filePath': 'last',
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'window.autoDetectColorScheme': false,
};

/**
 * @typedef {object} ServerOptions
 * @property {SettingValues} [settings] the person's own
 * @property {string} [extensions] folder of installed extensions; an empty one of its own when left out
 * @property {boolean} [workspaceTrust] whether folders have to be trusted before extensions see them in full
 * @property {string} [folder] the workspace that its address leads to
 * @property {Record<string, string>} [environment] variables beside those that every server has
 */

/** A VS Code that serves browsers. Its home folder is gone when it is stopped. */
export class Server {
  /**
   * @private
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} home
   * @param {string} address
   */
  constructor(child, home, address) {
    this.child = child;
    this.home = home;
    this.address = address;
  }

  /** @param {ServerOptions} [options] */
  static async start({ settings = {}, extensions, workspaceTrust = false, folder, environment = {} } = {}) {
    const home = mkdtempSync(join(tmpdir(), 'proto-tokens-vscode-'));
    mkdirSync(join(home, 'data', 'User'), { recursive: true });
    const all = { ...quietSettings, 'security.workspace.trust.enabled': workspaceTrust, ...settings };
    writeFileSync(join(home, 'data', 'User', 'settings.json'), JSON.stringify(all, undefined, 2));
    const port = await freePort();
    const options = [
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--config', join(home, 'config.yaml')],
      ...['--user-data-dir', join(home, 'data'), '--extensions-dir', extensions ?? join(home, 'extensions')],
      ...[
        '--disable-telemetry',
        '--disable-update-check',
        '--disable-getting-started-override',
        '--ignore-last-opened',
      ],
      ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
      ...(folder ? [folder] : []),
    ];
    const child = spawn(process.execPath, [entry, ...options], {
      env: { ...environmentIn(home), ...environment },
      stdio: 'ignore',
      // A process group of its own, so that all its children can be ended with it.
      detached: true,
    });
    const server = new Server(child, home, `http://127.0.0.1:${port}`);
    await server.untilItAnswers();
    return server;
  }

  async stop() {
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    const isRunning = this.child.exitCode === null && this.child.signalCode === null;
    this.signal('SIGTERM');
    if (isRunning) await Promise.race([ended, sleep(5000)]);
    await sleep(500);
    this.signal('SIGKILL');
    rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** @private @param {NodeJS.Signals} name */
  signal(name) {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, name);
    } catch {
      // All of the group have ended.
    }
  }

  /** @private */
  async untilItAnswers() {
    for (let wait = 0; wait < 300_000; wait += 100) {
      if (this.child.exitCode !== null) throw new Error(`code-server ended with ${this.child.exitCode}`);
      const answer = await fetch(`${this.address}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(100);
    }
    throw new Error('code-server does not answer');
  }
}

/**
 * As little as possible of this machine's own: its home folder is never touched.
 *
 * @param {string} home
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentIn(home) {
  return {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port is free')),
      );
    });
  });
}

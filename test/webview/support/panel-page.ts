import type { Browser, Page } from 'playwright-core';
import type {
  HostMessage,
  PanelDocument,
  PanelRequestName,
  PanelRequests,
  WebviewMessage,
} from '../../../src/views/protocol.ts';
import { installPageSide, type Packed } from './page-side.ts';
import { type ThemeName, themes } from './themes.ts';

export type Handlers = {
  [Name in PanelRequestName]?: (
    params: PanelRequests[Name]['params'],
  ) => PanelRequests[Name]['result'] | Promise<PanelRequests[Name]['result']>;
};

function pack(_: string, value: unknown): unknown {
  if (value instanceof Int32Array) return { packed: 'Int32Array', values: [...value] } satisfies Packed;
  if (value instanceof Float32Array)
    return { packed: 'Float32Array', values: Array.from(value, n => (Number.isNaN(n) ? null : n)) } satisfies Packed;
  return value;
}

function unpack(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('packed' in value)) return value;
  return Uint8Array.from((value as Packed).values as readonly number[]);
}

/** A page with the panel in it, and the host's part of the conversation. */
export class PanelPage {
  readonly requests: WebviewMessage[] = [];
  /** Messages of the console that tell of an error, and exceptions. */
  readonly errors: string[] = [];
  /** Shown again after every `ready`. */
  document: PanelDocument | undefined;

  private constructor(
    readonly page: Page,
    private readonly handlers: Handlers,
  ) {}

  static async open(
    browser: Browser,
    address: string,
    document: PanelDocument,
    options: { theme?: ThemeName; width?: number; height?: number; handlers?: Handlers } = {},
  ): Promise<PanelPage> {
    const viewport = { width: options.width ?? 900, height: options.height ?? 700 };
    const page = await browser.newPage({ viewport });
    const panel = new PanelPage(page, options.handlers ?? {});
    panel.document = document;
    page.setDefaultTimeout(20_000);
    page.on('pageerror', error => panel.errors.push(String(error)));
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') panel.errors.push(message.text());
    });
    await page.addInitScript(installPageSide);
    await page.exposeFunction('toHost', (message: string) => panel.answer(JSON.parse(message, unpack)));
    await page.goto(address);
    await panel.dress(options.theme ?? 'dark');
    await page.locator('proto-panel h1').waitFor();
    return panel;
  }

  async send(message: HostMessage): Promise<void> {
    await this.page.evaluate(text => window.fromHost(text), JSON.stringify(message, pack));
  }

  /** Puts a theme on, as VS Code does: variables on the root, a class on the body. */
  async dress(theme: ThemeName): Promise<void> {
    await this.page.evaluate(({ bodyClass, variables }) => {
      for (const [name, value] of Object.entries(variables))
        document.documentElement.style.setProperty(`--vscode-${name}`, value);
      document.body.className = bodyClass;
    }, themes[theme]);
  }

  /** Parameters of every request of a name, in order. */
  asked<Name extends PanelRequestName>(name: Name): PanelRequests[Name]['params'][] {
    return this.requests.filter(request => request.name === name).map(({ params }) => params as never);
  }

  violations(): Promise<string[]> {
    return this.page.evaluate(() => window.violations);
  }

  /** Leaves out of account what a tool of the test did in the page. */
  async forget(): Promise<void> {
    await this.page.evaluate(() => {
      window.violations = [];
    });
    this.errors.length = 0;
  }

  private async answer(message: WebviewMessage): Promise<void> {
    this.requests.push(message);
    const { id, name, params } = message;
    try {
      const handler = this.handlers[name] as ((params: unknown) => unknown) | undefined;
      await this.send({ type: 'reply', id, result: (await handler?.(params)) ?? null });
    } catch (error) {
      await this.send({ type: 'failure', id, message: error instanceof Error ? error.message : String(error) });
    }
    if (name === 'ready' && this.document) await this.send({ type: 'show', document: this.document });
  }
}

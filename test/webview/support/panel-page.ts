import type { Browser, Page } from 'playwright-core';
import type { HostMessage, PanelDocument } from '../../../src/views/protocol.ts';
import type { PanelRequests, RequestTable } from '../../../src/views/requests.ts';
import { installPageSide, type Packed } from './page-side.ts';
import { type ThemeName, themes } from './themes.ts';

/** What the host answers to each request; to others it answers null. */
export type HandlersOf<Table extends RequestTable<Table>> = {
  [Name in keyof Table]?: (params: Table[Name]['params']) => Table[Name]['result'] | Promise<Table[Name]['result']>;
};

export type Handlers = HandlersOf<PanelRequests>;

interface Request<Table> {
  readonly id: string;
  readonly name: keyof Table;
  readonly params: unknown;
}

/** How a page is opened. */
export interface PageOptions<Table extends RequestTable<Table>> {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly handlers?: HandlersOf<Table>;
}

function pack(_: string, value: unknown): unknown {
  if (value instanceof Int32Array) return { packed: 'Int32Array', values: [...value] } satisfies Packed;
  if (value instanceof Float64Array) return { packed: 'Float64Array', values: [...value] } satisfies Packed;
  if (value instanceof Float32Array)
    return { packed: 'Float32Array', values: Array.from(value, n => (Number.isNaN(n) ? null : n)) } satisfies Packed;
  return value;
}

function unpack(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('packed' in value)) return value;
  return Uint8Array.from((value as Packed).values as readonly number[]);
}

/** A page with one of the front ends in it, and the host's part of the conversation. */
export abstract class HostPage<Table extends RequestTable<Table>, Document, Message> {
  readonly requests: Request<Table>[] = [];
  /** Messages of the console that tell of an error, and exceptions. */
  readonly errors: string[] = [];
  /** Shown again after every `ready`. */
  document: Document | undefined;

  protected constructor(
    readonly page: Page,
    private readonly handlers: HandlersOf<Table>,
  ) {}

  /** Loads the page and waits until a heading is there. */
  protected async load(address: string, document: Document, theme: ThemeName, root: string): Promise<this> {
    const { page } = this;
    this.document = document;
    page.setDefaultTimeout(120_000);
    page.on('pageerror', error => this.errors.push(String(error)));
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') this.errors.push(message.text());
    });
    await page.addInitScript(installPageSide);
    await page.exposeFunction('toHost', (message: string) => this.answer(JSON.parse(message, unpack)));
    await page.goto(address);
    await this.dress(theme);
    await page.locator(`${root} h1`).waitFor();
    return this;
  }

  async send(message: Message): Promise<void> {
    await this.tell(message);
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
  asked<Name extends keyof Table>(name: Name): Table[Name]['params'][] {
    return this.requests.filter(request => request.name === name).map(({ params }) => params as Table[Name]['params']);
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

  /** What a page is told that has just been loaded. */
  protected abstract showing(document: Document): Message;

  /** The answers to a message of the page, in the order in which they are sent. */
  private async answer(message: Request<Table>): Promise<readonly string[]> {
    this.requests.push(message);
    const { id, name } = message;
    const answers = [await this.replyTo(message).then(result => ({ ...result, id }))];
    const shown = name === 'ready' && this.document ? [this.showing(this.document)] : [];
    return [...answers, ...shown].map(answer => JSON.stringify(answer, pack));
  }

  private async replyTo({ name, params }: Request<Table>): Promise<object> {
    try {
      const handler = this.handlers[name] as ((params: unknown) => unknown) | undefined;
      return { type: 'reply', result: (await handler?.(params)) ?? null };
    } catch (error) {
      return { type: 'failure', message: error instanceof Error ? error.message : String(error) };
    }
  }

  private async tell(message: unknown): Promise<void> {
    await this.page.evaluate(text => window.fromHost(text), JSON.stringify(message, pack));
  }
}

/** A page with the panel in it. */
export class PanelPage extends HostPage<PanelRequests, PanelDocument, HostMessage> {
  static async open(
    browser: Browser,
    address: string,
    document: PanelDocument,
    { theme = 'dark', width = 900, height = 700, handlers = {} }: PageOptions<PanelRequests> = {},
  ): Promise<PanelPage> {
    const page = await browser.newPage({ viewport: { width, height } });
    return await new PanelPage(page, handlers).load(address, document, theme, 'proto-panel');
  }

  protected override showing(document: PanelDocument): HostMessage {
    return { type: 'show', document };
  }
}

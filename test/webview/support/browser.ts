import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { chromiumArguments, chromiumPath } from '../../support/chromium.mjs';
import { inRepository } from '../../support/paths.ts';

const present = existsSync(chromiumPath);

if (!present && process.env.CI) throw new Error(`There is no Chromium at ${chromiumPath}: the panel cannot be tested.`);

/** Where tests of the panel cannot run, their name says why. */
export const skipReason = present ? '' : ` (skipped: there is no Chromium at ${chromiumPath}; CHROMIUM may name one)`;

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: chromiumArguments,
  });
}

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };
const nonce = 'cGFnZSBvZiBhIHRlc3Q';

/** A bundle and the element that it fills. */
export type FrontEnd = 'main' | 'solutions' | 'runs' | 'glossary' | 'experiment';
const roots: Readonly<Record<FrontEnd, string>> = {
  main: 'proto-panel',
  solutions: 'proto-solutions',
  runs: 'proto-runs',
  glossary: 'proto-glossary',
  experiment: 'proto-experiment',
};

/** The page as the host writes it. */
const pageOf = (frontEnd: FrontEnd): string => `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <title>Proto-Tokens</title>
  <link rel="stylesheet" href="/${frontEnd}.css">
  <link rel="stylesheet" id="vscode-codicon-stylesheet" href="/codicon.css">
  <script type="module" nonce="${nonce}" src="/${frontEnd}.js"></script>
</head>
<body><${roots[frontEnd]}></${roots[frontEnd]}></body>
</html>`;

export interface Site {
  readonly address: string;
  close(): void;
}

/** Serves the bundle with the content security policy that the host sets. */
export async function serve(frontEnd: FrontEnd = 'main'): Promise<Site> {
  const server = createServer(async ({ url = '/' }, response) => {
    const file = inRepository(`dist/webview/${basename(new URL(url, 'http://localhost').pathname)}`);
    const policy = `default-src 'none'; img-src 'self' blob: data:; style-src 'self'; font-src 'self'; script-src 'nonce-${nonce}'`;
    if (url === '/')
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(pageOf(frontEnd));
    else if (existsSync(file))
      response.writeHead(200, { 'content-type': types[extname(file)] ?? '' }).end(await readFile(file));
    else response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

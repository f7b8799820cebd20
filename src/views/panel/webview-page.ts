import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Our pages: each a script, a style sheet and one element of the same name. */
export type Page = 'panel' | 'solutions' | 'runs' | 'glossary' | 'experiment';
const scripts: Readonly<Record<Page, string>> = {
  panel: 'main',
  solutions: 'solutions',
  runs: 'runs',
  glossary: 'glossary',
  experiment: 'experiment',
};

/** Lets a webview run our own front end and nothing else, and fills it with a page. */
export function fillWebview(webview: vscode.Webview, extensionUri: vscode.Uri, title: string, page: Page): void {
  const root = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `img-src ${webview.cspSource} blob: data:`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  webview.html = `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="UTF-8">
  <meta name="viewport" content="width=device-width, initial-scale=1.0">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <title>${escapeHtml(title)}</title>
  <link rel="stylesheet" href="${file(`${scripts[page]}.css`)}">
  <link rel="stylesheet" id="vscode-codicon-stylesheet" href="${file('codicon.css')}">
  <script type="module" nonce="${nonce}" src="${file(`${scripts[page]}.js`)}"></script>
</head>
<body><proto-${page}></proto-${page}></body>
</html>`;
}

function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, character => names[character] ?? character);
}

// Bundles the front ends into dist/webview/: a script and a style sheet for the panel, the editor of solutions, the pages
// that compare runs and show an experiment, the glossary, and the icon font with its own style sheet.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export async function bundleWebview() {
  const { metafile } = await build({
    entryPoints: [
      { in: 'webview/main.ts', out: 'main' },
      { in: 'webview/main.css', out: 'main' },
      { in: 'webview/solutions/main.ts', out: 'solutions' },
      { in: 'webview/solutions/main.css', out: 'solutions' },
      { in: 'webview/runs/main.ts', out: 'runs' },
      { in: 'webview/runs/main.css', out: 'runs' },
      { in: 'webview/experiment/main.ts', out: 'experiment' },
      { in: 'webview/main.css', out: 'experiment' },
      { in: 'webview/glossary/main.ts', out: 'glossary' },
      { in: 'webview/main.css', out: 'glossary' },
      { in: '@vscode/codicons/dist/codicon.css', out: 'codicon' },
    ],
    outdir: 'dist/webview',
    assetNames: '[name]',
    loader: { '.ttf': 'file', '.md': 'text' },
    tsconfig: 'webview/tsconfig.json',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'chrome120',
    logLevel: 'warning',
    metafile: true,
  });
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleWebview();

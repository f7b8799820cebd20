// Bundles the command line, the engine's process, the benchmarks and the extension into dist/. Only onnxruntime-node
// stays outside: it loads native code.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleWebview } from './build-webview.mjs';
import { notices, shippedPackages } from './notices.mjs';

/** Programs of their own, as modules. @satisfies {import('esbuild').BuildOptions} */
const programs = {
  entryPoints: {
    cli: 'src/cli/main.ts',
    engine: 'src/runtime/engine/main.ts',
    trial: 'src/runtime/onnxruntime/trial-main.ts',
    bench: 'bench/main.ts',
    fuzz: 'test/fuzz/main.ts',
  },
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  external: ['onnxruntime-node'],
  // Bundled CommonJS packages expect Node's require and __filename.
  banner: {
    js: [
      "import { createRequire as createBundledRequire } from 'node:module';",
      "import { fileURLToPath as bundledPath } from 'node:url';",
      'const require = createBundledRequire(import.meta.url);',
      'const __filename = bundledPath(import.meta.url);',
    ].join('\n'),
  },
};

/** What Transformers.js imports and we have no use for: pictures, and the runtime of browsers. */
const nothing = fileURLToPath(new URL('nothing.mjs', import.meta.url));

/** Loaded by the engine when sentence embeddings are first wanted; nearly all of it is a library. */
const sentences = {
  ...programs,
  entryPoints: { sentences: 'src/runtime/analysis/semantic/sentences.ts' },
  alias: { sharp: nothing, 'onnxruntime-web/webgpu': nothing, 'onnxruntime-web': nothing },
  minify: true,
};

/** The bundle of the sentences in place of its source. @satisfies {import('esbuild').Plugin} */
const sentencesApart = {
  name: 'sentences',
  setup: (/** @type {import('esbuild').PluginBuild} */ { onResolve }) =>
    onResolve({ filter: /^\.\/sentences\.ts$/ }, () => ({ path: './sentences.mjs', external: true })),
};

/** Marks what a plugin has resolved itself. */
const resolved = {};

/**
 * What the library of the hub has for uploading. It does nothing when it is loaded, but does not say so, and would stay in
 * every bundle. @satisfies {import('esbuild').Plugin}
 */
const noUploads = {
  name: 'no uploads',
  setup: (/** @type {import('esbuild').PluginBuild} */ { onResolve, resolve }) =>
    onResolve(
      { filter: /^@huggingface\/(blake3-jit|xetchunk-wasm)/ },
      async ({ path, kind, resolveDir, pluginData }) =>
        pluginData === resolved
          ? undefined
          : { ...(await resolve(path, { kind, resolveDir, pluginData: resolved })), sideEffects: false },
    ),
};

/** Loaded by the command line when it is told to use a queue: the extension has no use for it, nor has a single machine. */
const queue = { ...programs, entryPoints: { queue: 'src/cli/queue/index.ts' }, minify: true };

/** Loaded by VS Code, which wants CommonJS; small, because every window loads it. @satisfies {import('esbuild').BuildOptions} */
const extension = {
  entryPoints: { extension: 'src/extension.ts' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  external: ['vscode'],
  minify: true,
};

/** Bundles that only a clone has. */
const notShipped = ['dist/cli.mjs', 'dist/bench.mjs', 'dist/fuzz.mjs', 'dist/queue.mjs'];

/** Folders of the packages that something is shipped of. */
export const shippedList = 'dist/shipped-packages.json';

export async function bundle() {
  /** @satisfies {import('esbuild').BuildOptions} */
  const common = {
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    metafile: true,
    logLevel: 'warning',
    loader: { '.md': /** @type {const} */ ('text') },
  };
  const metafiles = await Promise.all([
    build({ ...common, ...programs, plugins: [sentencesApart, noUploads] }).then(({ metafile }) => metafile),
    build({ ...common, ...sentences }).then(({ metafile }) => metafile),
    build({ ...common, ...queue }).then(({ metafile }) => metafile),
    build({ ...common, ...extension, plugins: [noUploads] }).then(({ metafile }) => metafile),
    bundleWebview(),
  ]);
  const shipped = shippedPackages(metafiles, output => !notShipped.includes(output));
  writeFileSync('dist/THIRD-PARTY-NOTICES.txt', notices(shipped));
  writeFileSync(shippedList, JSON.stringify(shipped));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();

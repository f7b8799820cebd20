// Bundles the command line, the engine's process and the benchmarks into dist/. Only onnxruntime-node stays outside: it loads native code.
import { build } from 'esbuild';

export async function bundle() {
  await build({
    entryPoints: { cli: 'src/cli/main.ts', engine: 'src/runtime/engine/main.ts', bench: 'bench/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['onnxruntime-node'],
    // Bundled CommonJS packages expect Node's require and __filename.
    banner: {
      js: [
        "import { createRequire as createBundledRequire } from 'node:module';",
        'const require = createBundledRequire(import.meta.url);',
        'const __filename = new URL(import.meta.url).pathname;',
      ].join('\n'),
    },
    sourcemap: 'linked',
    logLevel: 'warning',
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) await bundle();

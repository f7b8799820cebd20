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
    // Bundled CommonJS packages call require() for Node's own modules.
    banner: {
      js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
    },
    sourcemap: 'linked',
    logLevel: 'warning',
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) await bundle();

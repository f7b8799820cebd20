import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { lendProvider } from '../../runtime/cuda/lend.ts';
import { requiredProvider } from '../../runtime/cuda/published.ts';
import { runtimeFolder } from '../../runtime/cuda/runtime-folder.ts';
import { type DownloadProgress, type PackageChecks, storeProvider } from '../../runtime/cuda/store.ts';
import { command, guarded } from '../command.ts';
import { interruptedExitCode, interruptible } from '../interrupt.ts';
import { statusLine } from '../status-line.ts';

/** Of the clone; the bundle lies in a folder of it. */
const root = fileURLToPath(new URL('..', import.meta.url));
/** Where downloads are kept. */
const store = join(root, '.cache', 'cuda');

export function addInstallCuda(program: Command): void {
  command(program, 'install-cuda', 'download the CUDA provider of ONNX Runtime, and put it beside the runtime')
    .option('--feed <address>', "index.json of a NuGet feed that has it (default: that of the runtime's maker)", '')
    .action((options: { feed: string }) => guarded(() => installCudaCommand(options)));
}

/** Adds the CUDA provider to the runtime of this clone. */
async function installCudaCommand({ feed }: { readonly feed: string }): Promise<void> {
  const provider = requiredProvider(feed);
  const runtime = runtimeFolder(root);
  if (!(await lendProvider(store, provider, runtime))) {
    let checks: PackageChecks = { maker: undefined };
    const status = statusLine();
    const finished = await interruptible(
      () => undefined,
      async signal => {
        const onProgress = ({ bytes, of }: DownloadProgress): void =>
          status.show(`${provider.name} ${provider.version}: ${megabytes(bytes)} of ${megabytes(of)} MB`);
        try {
          checks = await storeProvider({ provider, store, signal, onProgress });
        } catch (error) {
          if (!signal.aborted) throw error;
        }
        return !signal.aborted;
      },
    ).finally(() => status.done());
    if (!finished) {
      process.exitCode = interruptedExitCode;
      return;
    }
    await lendProvider(store, provider, runtime);
    process.stdout.write(`${checkedInWords(provider.feed, checks)}\n`);
  }
  process.stdout.write(
    `The CUDA provider lies in ${runtime}. It needs an NVIDIA driver, CUDA 12 and cuDNN 9 on the library path.\n`,
  );
}

/** What is known of a package that was downloaded. */
function checkedInWords(feed: string, { maker }: PackageChecks): string {
  const { host } = new URL(feed);
  const also =
    maker === 'agrees'
      ? " and the maker's own feed"
      : maker === 'not reached'
        ? " (the maker's own feed was not reached)"
        : '';
  return `The package has the SHA-512 that ${host}${also} announces; its signature was not checked.`;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

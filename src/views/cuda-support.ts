import * as vscode from 'vscode';
import { clock } from '../runtime/clock.ts';
import { lendProvider } from '../runtime/cuda/lend.ts';
import { type PublishedProvider, publishedProvider, requiredProvider } from '../runtime/cuda/published.ts';
import { runtimeFolder } from '../runtime/cuda/runtime-folder.ts';
import type { DownloadProgress } from '../runtime/cuda/store.ts';
import type { Settings } from './settings.ts';

/**
 * The runtime's CUDA provider, which is too large for the extension's package: fetched when a person asks for it, kept
 * where updates of the extension do not reach, and lent to the runtime of each version.
 */
export class CudaSupport {
  private readonly runtime: string;

  /** @param store a folder for this alone */
  constructor(
    private readonly store: string,
    extensionPath: string,
    private readonly settings: Settings,
  ) {
    this.runtime = runtimeFolder(extensionPath);
  }

  /**
   * Fetches the provider unless it is there.
   *
   * @returns whether the runtime has it now; not when the person cancelled
   * @throws UserError when it cannot be had.
   */
  async add(): Promise<boolean> {
    const provider = requiredProvider(this.settings.cudaFeed);
    if (await lendProvider(this.store, provider, this.runtime)) return true;
    return (await this.fetch(provider)) && (await lendProvider(this.store, provider, this.runtime));
  }

  /** Before an engine starts. @throws UserError when the runtime's folder cannot be written. */
  async lend(): Promise<void> {
    const provider = publishedProvider();
    if (provider) await lendProvider(this.store, provider, this.runtime);
  }

  private async fetch(provider: PublishedProvider): Promise<boolean> {
    const location = vscode.ProgressLocation.Notification;
    const title = vscode.l10n.t('Downloading the CUDA provider of ONNX Runtime');
    const controller = new AbortController();
    const { signal } = controller;
    // Hardly ever wanted, so no window has to load it when it opens.
    const { storeProvider } = await import('../runtime/cuda/store.ts');
    return await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      token.onCancellationRequested(() => controller.abort());
      try {
        await storeProvider({ provider, store: this.store, signal, onProgress: reporterOf(progress) });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      return !signal.aborted;
    });
  }
}

const megabytes = (bytes: number): string => Math.round(bytes / 1e6).toLocaleString();

/** "120 of 312 MB, 0:45 left" */
function reporterOf(progress: vscode.Progress<{ message: string; increment: number }>) {
  const start = performance.now();
  let reported = 0;
  return ({ bytes, of }: DownloadProgress): void => {
    const percent = (100 * bytes) / of;
    if (percent < 100 && percent - reported < 0.5) return;
    const seconds = (performance.now() - start) / 1000;
    progress.report({
      message: vscode.l10n.t(
        '{0} of {1} MB, {2} left',
        megabytes(bytes),
        megabytes(of),
        clock((seconds * (of - bytes)) / bytes),
      ),
      increment: percent - reported,
    });
    reported = percent;
  };
}

import { Cancelled } from '../errors.ts';

/** Those who wait until something holds. */
export class Waiting {
  private readonly looks = new Set<() => void>();

  /** To be called whenever it may hold. */
  look(): void {
    for (const look of [...this.looks]) look();
  }

  /** Resolves as soon as it holds. @throws Cancelled as soon as the signal is aborted. */
  until(holds: () => boolean, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (end: () => void): void => {
        this.looks.delete(look);
        signal?.removeEventListener('abort', cancel);
        end();
      };
      const look = (): void => {
        if (holds()) finish(resolve);
      };
      const cancel = (): void => finish(() => reject(new Cancelled()));
      this.looks.add(look);
      signal?.addEventListener('abort', cancel);
      if (signal?.aborted) cancel();
      else look();
    });
  }
}

/** @throws Cancelled as soon as the signal is aborted; what was waited for goes on. */
export async function unlessCancelled<T>(ready: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let cancel = (): void => undefined;
  const cancelled = new Promise<never>((_, reject) => {
    cancel = () => reject(new Cancelled());
  });
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  try {
    return await Promise.race([ready, cancelled]);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

import type { NamedFile } from '../../runtime/results/files.ts';
import type { Engine } from '../engine.ts';

/** The bytes of a file that is open in an editor: they are sent to the engine once, for all that is asked about it. */
export class HeldFile {
  private release: (() => void) | undefined;
  private bytes: Uint8Array | undefined;

  constructor(
    readonly name: string,
    private readonly engine: Pick<Engine, 'hold'>,
    private readonly read: () => Promise<Uint8Array>,
  ) {}

  /**
   * Reads the file, again if it has been read before.
   *
   * @returns whether it is another one than before
   * @throws UserError when it cannot be read.
   */
  async refresh(): Promise<boolean> {
    const bytes = await this.read();
    if (this.bytes && Buffer.compare(this.bytes, bytes) === 0) return false;
    this.take(bytes);
    return true;
  }

  /** Whether the file is another one now than when it was read. @throws UserError when it cannot be read. */
  async isStale(): Promise<boolean> {
    return !this.bytes || Buffer.compare(this.bytes, await this.read()) !== 0;
  }

  /** Takes what is being written for what the file is now. */
  take(bytes: Uint8Array): void {
    this.release?.();
    this.bytes = bytes;
    this.release = this.engine.hold(bytes);
  }

  /** The file as it was last read; it is read when it has not been before. */
  async named(): Promise<NamedFile> {
    if (!this.bytes) await this.refresh();
    return { name: this.name, file: this.bytes ?? new Uint8Array() };
  }

  dispose(): void {
    this.release?.();
    this.release = undefined;
  }
}

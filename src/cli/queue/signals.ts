/** Remembers that something happened until somebody waits for it: nothing is missed in between. */
export class Bell {
  private rung = false;
  private listener: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.listener?.();
  }

  /** Resolves once it was rung since the last time, at the latest after so many milliseconds. @returns whether it was */
  async heard(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.rung)
      await new Promise<void>(resolve => {
        this.listener = resolve;
        timer = setTimeout(resolve, milliseconds);
      });
    clearTimeout(timer);
    this.listener = undefined;
    const was = this.rung;
    this.rung = false;
    return was;
  }
}

import type * as vscode from 'vscode';

/**
 * Where a text came from, and where it is now: it follows edits elsewhere in the document, and grows and shrinks with its
 * own.
 */
export class TextSource {
  private stale = false;
  /** Whether an edit changed the text at its place, so that it is not to be looked for elsewhere. */
  private edited = false;

  /** @param start UTF-16 offset of the text in its document */
  constructor(
    private address: vscode.Uri,
    private start: number,
    private extent: number,
  ) {}

  /** Of its document, wherever that is by now. */
  get uri(): vscode.Uri {
    return this.address;
  }

  /** Whether the text itself has been edited since. */
  get isStale(): boolean {
    return this.stale;
  }

  get offset(): number {
    return this.start;
  }

  /** In UTF-16 units, with what was put into it since. */
  get length(): number {
    return this.extent;
  }

  /**
   * Its document was renamed, moved, or saved for the first time.
   *
   * @param place where it is in the document of the new address, when the old one was emptied first
   */
  moveTo(address: vscode.Uri, place?: { readonly offset: number; readonly length: number }): void {
    this.address = address;
    if (place) [this.start, this.extent] = [place.offset, place.length];
  }

  isIn(document: vscode.TextDocument): boolean {
    return document.uri.toString() === this.uri.toString();
  }

  /** Whether a part of it belongs to another text of the same document, too. */
  overlaps({ offset, length }: { readonly offset: number; readonly length: number }): boolean {
    return offset < this.start + this.extent && this.start < offset + length;
  }

  /** Moves with the edits of its document; returns whether anything changed for it. */
  follow({ contentChanges }: vscode.TextDocumentChangeEvent): boolean {
    let changed = false;
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      const [end, ownEnd] = [rangeOffset + rangeLength, this.start + this.extent];
      if (rangeOffset >= ownEnd) continue;
      changed = true;
      if (end <= this.start) {
        this.start += text.length - rangeLength;
      } else {
        this.stale = true;
        // Where it is in something that took the place of more than it, nobody knows; `check` may find it there.
        if (rangeOffset <= this.start && end >= ownEnd && rangeLength > this.extent) {
          this.edited = false;
          continue;
        }
        // What was put in place of a part of it belongs to it.
        const before = Math.max(0, rangeOffset - this.start);
        this.extent = before + text.length + Math.max(0, ownEnd - end);
        this.start = Math.min(this.start, rangeOffset);
        this.edited = true;
      }
    }
    return changed;
  }

  /**
   * Compares with the document, which may have changed while nobody looked, or in a way that cannot be followed. Unless it
   * was edited at its place, the text is then looked for in all of the document.
   */
  check(document: vscode.TextDocument, text: string): void {
    const all = document.getText();
    this.stale = all.slice(this.start, this.start + this.extent) !== text;
    if (this.stale && !this.edited) this.find(all, text);
    if (!this.stale) this.edited = false;
  }

  /** Moves to where the text stands first. */
  private find(all: string, text: string): void {
    const found = all.indexOf(text);
    if (found < 0) return;
    [this.start, this.extent, this.stale] = [found, text.length, false];
  }
}

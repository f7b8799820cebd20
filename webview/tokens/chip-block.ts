import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { Moment } from '../../src/views/protocol.ts';
import { tokenCodes } from '../data/token-state.ts';
import type { TokenTexts } from '../data/token-texts.ts';
import { visible } from '../format.ts';
import { lineBreaks, makeChip } from './chip.ts';

const classOf = ['unknown', 'wrong', 'right unsure', 'right fair', 'right likely', 'right sure'] as const;

/** How tall a block will be, roughly, before it has been filled. */
const charactersOfLine = 80;
const lineHeight = 26;

/** A run of chips that is filled when it first comes near the view, and brought up to date only while it is there. */
export class ChipBlock {
  readonly element = document.createElement('div');
  visible = false;
  private chips: HTMLElement[] = [];
  /** What the chips say now. */
  private codes = new Uint8Array();
  private guesses = new Int32Array();

  constructor(
    private readonly tokens: readonly TextToken[],
    readonly start: number,
    readonly length: number,
    private readonly texts: TokenTexts,
  ) {
    this.element.className = 'block';
    const last = tokens[start + length - 1];
    const characters = (last?.end ?? 0) - (tokens[start]?.start ?? 0);
    this.reserve(Math.ceil(characters / charactersOfLine) * lineHeight);
  }

  /** The chip of a token of this block. */
  chip(index: number): HTMLElement | undefined {
    this.fill();
    return this.chips[index - this.start];
  }

  /** Changes the chips that no longer say what is so. Predictions are written into wrong chips where wanted. */
  update(codes: Uint8Array, moment: Moment | undefined, predictions: boolean): void {
    this.fill();
    for (const [i, chip] of this.chips.entries()) {
      const index = this.start + i;
      const code = codes[index] ?? tokenCodes.unknown;
      const guess = predictions && code === tokenCodes.wrong ? (moment?.predicted[index] ?? -1) : -1;
      if (code !== this.codes[i]) {
        this.codes[i] = code;
        chip.className = `chip ${classOf[code]}`;
      }
      if (guess !== this.guesses[i]) this.write(chip, i, guess);
    }
  }

  /** Whether the block has a place in a list of wrong tokens only. */
  hideUnless(wanted: boolean): void {
    if (this.element.hidden === wanted) this.element.hidden = !wanted;
  }

  hasWrong(codes: Uint8Array): boolean {
    for (let index = this.start; index < this.start + this.length; index++)
      if (codes[index] === tokenCodes.wrong) return true;
    return false;
  }

  private write(chip: HTMLElement, i: number, guess: number): void {
    const text = guess < 0 ? undefined : this.texts.get(guess);
    if (text !== undefined) chip.dataset.guess = visible(text);
    else delete chip.dataset.guess;
    // A text that is not there yet is written by the first update after its arrival.
    this.guesses[i] = guess >= 0 && text === undefined ? -2 : guess;
  }

  private fill(): void {
    if (this.chips.length || !this.length) return;
    const content = document.createDocumentFragment();
    for (let index = this.start; index < this.start + this.length; index++) {
      const token = this.tokens[index];
      if (!token) continue;
      const chip = makeChip(token, index);
      this.chips.push(chip);
      content.append(chip);
      for (let i = lineBreaks(token); i > 0; i--) content.append(document.createElement('br'));
    }
    this.codes = new Uint8Array(this.chips.length);
    this.guesses = new Int32Array(this.chips.length).fill(-1);
    this.element.style.removeProperty('min-height');
    this.element.append(content);
  }

  private reserve(height: number): void {
    this.element.style.setProperty('min-height', `${height}px`);
    this.element.style.setProperty('contain-intrinsic-size', `auto ${height}px`);
  }
}

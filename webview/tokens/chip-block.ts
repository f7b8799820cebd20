import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { Moment } from '../../src/views/protocol.ts';
import { tokenCodes } from '../data/token-state.ts';
import type { TokenTexts } from '../data/token-texts.ts';
import { quoted, visible } from '../format.ts';
import { t } from '../strings.ts';
import type { SharedCharacter } from './characters.ts';
import { lineBreaks, makeChip } from './chip.ts';
import { blank, paintChip } from './chip-paint.ts';
import type { ChipRow } from './chip-row.ts';

const classOf = ['unknown', 'wrong', 'right unsure', 'right fair', 'right likely', 'right sure'] as const;
/** Of chips that show a measure: their colours are of the measure, and what is wrong still says so. */
const measuredClassOf = ['unknown', 'wrong', 'right', 'right', 'right', 'right'] as const;
/** No shade: the chip shows right and wrong. */
const unmeasured = 254;

/** How tall a block will be, roughly, before it has been filled. */
const charactersOfLine = 80;
const lineHeight = 26;

/** What chips show at a moment. */
export interface ChipLook {
  readonly codes: Uint8Array;
  readonly moment: Moment | undefined;
  /** Predictions are written into wrong chips. */
  readonly predictions: boolean;
  /** The shade of each token by a measure; null shows right and wrong. */
  readonly shades: Uint8Array | null;
  /** Tokens that were searched for. */
  readonly found: ReadonlySet<number>;
}

/** A run of chips that is filled when it first comes near the view, and brought up to date only while it is there. */
export class ChipBlock {
  readonly element = document.createElement('div');
  visible = false;
  private chips: HTMLElement[] = [];
  /** What the chips say now. */
  private looks: string[] = [];
  private shades = new Uint8Array();
  private guesses = new Int32Array();

  constructor(
    private readonly row: ChipRow,
    readonly start: number,
    readonly length: number,
    private readonly texts: TokenTexts,
  ) {
    this.element.className = 'block';
    let characters = 0;
    for (let place = start; place < start + length; place++)
      characters += row.tokens[row.indexAt(place)]?.text.length ?? 0;
    this.reserve(Math.ceil(characters / charactersOfLine) * lineHeight);
  }

  /** The chip at a place of this block. */
  chip(place: number): HTMLElement | undefined {
    this.fill();
    return this.chips[place - this.start];
  }

  /** Changes the chips that no longer say what is so. */
  update({ codes, moment, predictions, shades, found }: ChipLook): void {
    this.fill();
    for (const [i, chip] of this.chips.entries()) {
      const index = this.row.indexAt(this.start + i);
      const code = codes[index] ?? tokenCodes.unknown;
      const shade = shades ? (shades[index] ?? blank) : unmeasured;
      const guess = predictions && code === tokenCodes.wrong ? (moment?.predicted[index] ?? -1) : -1;
      this.dress(chip, i, code, shade, found.has(index));
      if (guess !== this.guesses[i]) this.write(chip, i, guess);
    }
  }

  /** Whether the block has a place in a list of wrong tokens only. */
  hideUnless(wanted: boolean): void {
    if (this.element.hidden === wanted) this.element.hidden = !wanted;
  }

  hasWrong(codes: Uint8Array): boolean {
    for (let place = this.start; place < this.start + this.length; place++)
      if (codes[this.row.indexAt(place)] === tokenCodes.wrong) return true;
    return false;
  }

  private dress(chip: HTMLElement, i: number, code: number, shade: number, found: boolean): void {
    const look =
      shade === unmeasured
        ? `chip ${classOf[code]}`
        : `chip measured ${measuredClassOf[code]}${shade === blank ? ' blank' : ''}`;
    const wanted = found ? `${look} found` : look;
    if (this.looks[i] !== wanted) {
      // Whether it is pointed at is not of the token.
      const pointed = chip.classList.contains('pointed');
      this.looks[i] = wanted;
      chip.className = pointed ? `${wanted} pointed` : wanted;
    }
    if (this.shades[i] === shade) return;
    this.shades[i] = shade;
    paintChip(chip, shade);
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
    const { row } = this;
    const content = document.createDocumentFragment();
    let whole: HTMLElement | undefined;
    for (let place = this.start; place < this.start + this.length; place++) {
      const index = row.indexAt(place);
      const token = row.tokens[index];
      if (!token) continue;
      const chip = makeChip(token, index);
      this.chips.push(chip);
      const shared = row.characterAt(index);
      if (shared) {
        if (!whole || shared.first === index) whole = content.appendChild(characterOf(shared));
        whole.append(chip);
      } else content.append(chip, ...breaksAfter(row, token));
    }
    this.looks = this.chips.map(() => '');
    this.shades = new Uint8Array(this.chips.length).fill(unmeasured);
    this.guesses = new Int32Array(this.chips.length).fill(-1);
    this.element.style.removeProperty('min-height');
    this.element.append(content);
  }

  private reserve(height: number): void {
    this.element.style.setProperty('min-height', `${height}px`);
    this.element.style.setProperty('contain-intrinsic-size', `auto ${height}px`);
  }
}

/** The line breaks of the text, where it stands in its own order. */
const breaksAfter = ({ order }: ChipRow, token: TextToken): HTMLElement[] =>
  order ? [] : Array.from({ length: lineBreaks(token) }, () => document.createElement('br'));

/** Around the tokens that form a character: the character, and what stands for its bytes. */
function characterOf({ text }: SharedCharacter): HTMLElement {
  const element = document.createElement('span');
  element.className = 'character';
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', t('Bytes of {0}', quoted(text)));
  const glyph = document.createElement('span');
  glyph.className = 'glyph';
  glyph.ariaHidden = 'true';
  glyph.textContent = visible(text);
  element.append(glyph);
  return element;
}

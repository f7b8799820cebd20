import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { Moment, SegmentView } from '../../src/views/protocol.ts';
import { codesAt } from '../data/token-state.ts';
import type { TokenTexts } from '../data/token-texts.ts';
import type { SharedCharacter } from './characters.ts';
import { ChipBlock } from './chip-block.ts';
import { ChipRow } from './chip-row.ts';
import { SegmentLabel } from './segment-label.ts';

const mostTokensOfBlock = 200;

export interface FieldOptions {
  /** Wrong chips say what is predicted in their place. */
  readonly predictions: boolean;
  /** Whether the training is over: then no segment is in it, whatever the last moment of it says. */
  readonly over: boolean;
  readonly onlyWrong: boolean;
  /** The shade of each token by a measure; null shows right and wrong. */
  readonly shades: Uint8Array | null;
  /** Tokens that were searched for. */
  readonly found: ReadonlySet<number>;
}

/** What stands in a field, and in which order. */
export interface FieldContent {
  readonly tokens: readonly TextToken[];
  readonly characters: ReadonlyMap<number, SharedCharacter>;
  /** Null is the order of the text, in its segments. */
  readonly order: readonly number[] | null;
}

interface Segment {
  readonly label: SegmentLabel;
  readonly element: HTMLElement;
  readonly blocks: readonly ChipBlock[];
}

/**
 * The chips of a text, moved along with its moments by hand: thousands of templates ten times a second would be too
 * many. Chips stand in blocks; only those near the view are filled and kept up to date, and only chips that change are
 * touched.
 */
export class ChipField {
  private row = new ChipRow([], null, new Map());
  private segments: readonly Segment[] = [];
  private blocks: readonly ChipBlock[] = [];
  private layout = '';
  private moment: Moment | undefined;
  private options: FieldOptions = {
    predictions: false,
    over: false,
    onlyWrong: false,
    shades: null,
    found: new Set(),
  };
  private readonly blockOf = new Map<Element, ChipBlock>();
  private readonly observer = new IntersectionObserver(entries => this.onSight(entries), { rootMargin: '50% 0px' });
  /** How every token stands at the moment shown. */
  codes = new Uint8Array();

  constructor(
    private readonly root: HTMLElement,
    private readonly texts: TokenTexts,
  ) {}

  get length(): number {
    return this.row.length;
  }

  /** The token at a place of the order in which they stand. */
  indexAt(place: number): number {
    return this.row.indexAt(place);
  }

  placeOf(index: number): number {
    return this.row.placeOf(index);
  }

  show(content: FieldContent, moment: Moment | undefined, options: FieldOptions): void {
    this.moment = moment;
    this.options = options;
    this.codes = codesAt(content.tokens, moment);
    this.arrange(content, content.order ? [] : (moment?.segments ?? []));
    if (!content.order)
      for (const [i, segment] of this.segments.entries()) this.showSegment(segment, moment?.segments[i]);
    this.refresh();
  }

  /** Brings the blocks near the view up to date. */
  refresh(): void {
    for (const block of this.blocks) if (block.visible) this.update(block);
  }

  /** The chip of a token, up to date. */
  chip(index: number): HTMLElement | undefined {
    const place = this.row.placeOf(index);
    const block = this.blocks.find(({ start, length }) => place >= start && place < start + length);
    if (block) this.update(block);
    return block?.chip(place);
  }

  dispose(): void {
    this.observer.disconnect();
  }

  private update(block: ChipBlock): void {
    block.update({ codes: this.codes, moment: this.moment, ...this.options });
  }

  private showSegment({ label, element, blocks }: Segment, view: SegmentView | undefined): void {
    const { onlyWrong, over } = this.options;
    if (view) label.show(over && view.state === 'training' ? { ...view, state: 'settled' } : view);
    let wanted = false;
    for (const block of blocks) {
      const shown = !onlyWrong || block.hasWrong(this.codes);
      block.hideUnless(shown);
      wanted ||= shown;
    }
    if (element.hidden === wanted) element.hidden = !wanted;
  }

  private arrange({ tokens, order, characters }: FieldContent, segments: readonly SegmentView[]): void {
    const layout = segments.map(({ start, length }) => `${start}+${length}`).join();
    if (tokens === this.row.tokens && order === this.row.order && layout === this.layout) return;
    this.row = new ChipRow(tokens, order, characters);
    this.layout = layout;
    this.observer.disconnect();
    this.blockOf.clear();
    const whole = { start: 0, length: tokens.length };
    this.segments = (segments.length ? segments : [whole]).map((segment, i) => this.makeSegment(segment, i + 1));
    this.blocks = this.segments.flatMap(({ blocks }) => blocks);
    this.root.classList.toggle('segmented', segments.length > 1);
    this.root.replaceChildren(...this.segments.map(({ element }) => element));
    for (const block of this.blocks) {
      this.blockOf.set(block.element, block);
      this.observer.observe(block.element);
    }
  }

  private makeSegment({ start, length }: { start: number; length: number }, ordinal: number): Segment {
    const label = new SegmentLabel(ordinal);
    const element = document.createElement('div');
    element.className = 'segment';
    const run = document.createElement('div');
    const blocks: ChipBlock[] = [];
    for (let place = start; place < start + length; ) {
      const end = this.wholeUntil(Math.min(start + length, place + mostTokensOfBlock), start + length);
      blocks.push(new ChipBlock(this.row, place, end - place, this.texts));
      place = end;
    }
    run.append(...blocks.map(block => block.element));
    element.append(label.element, run);
    return { label, element, blocks };
  }

  /** Moves the end of a block behind the tokens of a character that it would cut. */
  private wholeUntil(end: number, last: number): number {
    const cut = this.row.characterAt(end);
    return cut && cut.first < end ? Math.min(last, cut.first + cut.length) : end;
  }

  private onSight(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const block = this.blockOf.get(target);
      if (!block) continue;
      block.visible = isIntersecting;
      if (isIntersecting) this.update(block);
    }
  }
}
